package io.weir.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves a Netty resource to the garbage collector. JUnit registers it for every class that has lb-testkit on its
 * class path and calls it on the thread of the test.
 *
 * <p>A leak shows only when the collector finds it, so a class that used Netty pays for one full collection at its end. A resource that
 * the test itself still holds, in a static field say, is not found.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final LeakDetectors DETECTORS = LeakDetectors.install();

    @Override
    public void beforeAll(ExtensionContext context) {
        DETECTORS.takeReports();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!DETECTORS.used()) {
            return;
        }
        DETECTORS.collect();
        List<String> leaks = DETECTORS.takeReports();
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    context.getDisplayName() + " leaked " + leaks.size() + " Netty resources, want 0:\n" + String.join("\n", leaks));
        }
    }
}
