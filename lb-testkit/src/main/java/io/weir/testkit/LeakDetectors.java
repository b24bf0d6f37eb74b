package io.weir.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes Netty's leak detectors and keeps what they report. Any thread may call it. */
final class LeakDetectors extends ResourceLeakDetectorFactory {
    private static final long COLLECTION_LIMIT_MILLIS = 2_000;

    private final List<Detector<?>> detectors = new CopyOnWriteArrayList<>();
    private final Queue<String> reports = new ConcurrentLinkedQueue<>();

    private LeakDetectors() {}

    /** Must run before Netty's buffer classes are initialized: their detector is made once. */
    static LeakDetectors install() {
        var factory = new LeakDetectors();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        setResourceLeakDetectorFactory(factory);
        return factory;
    }

    @Override
    @SuppressWarnings("deprecation") // deprecated, and still the abstract one
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval, long maxActive) {
        return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        var detector = new Detector<T>(resource, samplingInterval, reports);
        detectors.add(detector);
        return detector;
    }

    boolean used() {
        return !detectors.isEmpty();
    }

    /** Everything reported since the last call. */
    List<String> takeReports() {
        var taken = new ArrayList<String>();
        for (String report = reports.poll(); report != null; report = reports.poll()) {
            taken.add(report);
        }
        return taken;
    }

    /**
     * Collects garbage and has every detector look at what was found. Two rounds, because the JVM hands over what one collection found in no
     * particular order, but all of it before anything of the next collection.
     */
    void collect() {
        collectUntilACanaryIsFound();
        collectUntilACanaryIsFound();
        detectors.forEach(Detector::look);
    }

    private static void collectUntilACanaryIsFound() {
        var found = new ReferenceQueue<Object>();
        var canary = new WeakReference<>(new Object(), found);
        long deadlineNanos = System.nanoTime() + COLLECTION_LIMIT_MILLIS * 1_000_000;
        try {
            do {
                System.gc();
            } while (found.remove(50) == null && System.nanoTime() - deadlineNanos < 0);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(canary);
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        private final Queue<String> reports;

        Detector(Class<T> resource, int samplingInterval, Queue<String> reports) {
            super(resource, samplingInterval);
            this.reports = reports;
        }

        /** A detector looks at what was collected only while it begins to track something. */
        @SuppressWarnings("unchecked")
        void look() {
            T marker = (T) new Object();
            ResourceLeakTracker<T> tracker = track(marker);
            if (tracker != null) {
                tracker.close(marker);
            }
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            reports.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            reports.add(resourceType + ", not traced");
        }
    }
}
