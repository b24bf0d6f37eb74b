package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotPublisherTest {
    private final Scene scene = new Scene().backend("shop", "a1", "zone-a").configure();

    @Test
    void theNewestSnapshotIsReadableBeforeAnySubscriberHearsOfIt() {
        List<Snapshot> seen = new ArrayList<>();
        scene.publisher.subscribe(_ -> seen.add(scene.publisher.current()));

        Snapshot published = scene.publish();

        assertThat(seen).containsExactly(published);
    }

    @Test
    void aSubscriberThatThrowsKeepsNobodyElseFromHearing() throws InterruptedException {
        List<String> heard = new ArrayList<>();
        List<Throwable> uncaught = new ArrayList<>();
        scene.publisher.subscribe(_ -> heard.add("first"));
        scene.publisher.subscribe(_ -> {
            throw new IllegalStateException("broken subscriber");
        });
        scene.publisher.subscribe(_ -> heard.add("third"));
        Thread control = Thread.ofPlatform().unstarted(() -> {
            scene.publish();
            heard.add("control goes on");
        });
        control.setUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));

        control.start();
        control.join();

        assertThat(heard).containsExactly("first", "third", "control goes on");
        assertThat(uncaught).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOlderSnapshotIsRefused() {
        Snapshot first = scene.publish();
        Snapshot second = scene.publish();

        assertThatThrownBy(() -> scene.publisher.publish(first)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("generation is 1, want more than 2");
        assertThat(scene.publisher.current()).isSameAs(second);
    }
}
