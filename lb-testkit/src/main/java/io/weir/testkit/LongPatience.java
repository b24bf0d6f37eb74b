package io.weir.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets a test await what comes soon for a minute instead of Awaitility's 10 s, for a host that is busy with other things. JUnit registers it
 * for every class that has lb-testkit on its class path.
 */
public final class LongPatience implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
