package io.weir.daemon.control;

import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.SnapshotDiff;
import io.weir.core.zone.Mode;
import io.weir.core.zone.Shortfall;
import java.util.Optional;

/** Tells how pools as a whole changed with a publication: what traffic saw, not what came and went in between. Confined to {@code control}. */
public final class PoolJournal {
    private final Journal journal;

    public PoolJournal(Journal journal) {
        this.journal = journal;
    }

    /** To be subscribed to the publisher of the snapshots. */
    @SuppressWarnings("ReferenceEquality") // a view that did not change is the same object
    public void follow(SnapshotDiff diff) {
        for (PoolView now : diff.after().pools().values()) {
            PoolView was = diff.before().pools().get(now.name());
            if (now != was) {
                Optional<PoolView> before = Optional.ofNullable(was);
                mode(now, before.map(PoolView::mode).orElse(Mode.NORMAL));
                capacity(now, before.flatMap(PoolView::shortfall));
            }
        }
    }

    private void mode(PoolView now, Mode before) {
        if (now.mode() != before) {
            journal.tell("pool.mode", now.name(), "from", before.text(), "to", now.mode().text(), "cause", now.modeCause());
        }
    }

    /** Once when a zone becomes too dear to lose or another one does, and when none is. */
    private void capacity(PoolView now, Optional<Shortfall> before) {
        Optional<Shortfall> shortfall = now.shortfall();
        if (shortfall.isPresent() && !shortfall.map(Shortfall::zone).equals(before.map(Shortfall::zone))) {
            journal.tell("pool.capacity", now.name(), "state", "short", "zone", shortfall.get().zone(), "cause",
                    "without it " + shortfall.get().leftPercent() + "% of the weight is left, want " + shortfall.get().wantedPercent()
                            + "%");
        } else if (shortfall.isEmpty() && before.isPresent()) {
            journal.tell("pool.capacity", now.name(), "state", "enough", "cause", "any one zone may fail");
        }
    }
}
