package io.weir.daemon.control;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Configuration;
import java.util.List;

/** Finds what of a configuration, valid in itself, cannot work on this node. Called on the virtual threads of requests; may block. */
@FunctionalInterface
public interface ConfigurationCheck {
    /** What is wrong with {@code wanted} that is not as wrong already with the configuration in force. */
    List<Problem> problems(TrafficResult.Accepted wanted, Configuration inForce);
}
