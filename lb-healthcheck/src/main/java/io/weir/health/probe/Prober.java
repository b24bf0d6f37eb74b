package io.weir.health.probe;

import io.weir.core.health.ProbeOutcome;

/** Carries out probes. Confined to the probe loop, and so is everything that it calls back. */
public interface Prober {
    /** Starts a probe of the target. What fails is an outcome, never an exception. */
    Running start(ProbeTarget target, Listener listener);

    /** A probe that was started. */
    interface Running {
        /** Drops the probe: it is not judged any more, and closes soon. Nothing happens if it has ended. */
        void abandon();
    }

    /** Who waits for a probe; may be called before {@link #start} returns. */
    interface Listener {
        /** The verdict, exactly once unless the probe was abandoned, and when the check's timeout is over at the latest. */
        void judged(ProbeOutcome outcome);

        /** The probe holds no socket any more; exactly once, after the verdict. */
        void closed();
    }
}
