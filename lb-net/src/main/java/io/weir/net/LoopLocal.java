package io.weir.net;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One object for each traffic loop, made on its loop when it is first asked for. Confined to the loop that it is asked
 * for; {@link #forEach} hands each to its own loop.
 */
public final class LoopLocal<T> {
    private final List<Loop> loops;

    private final @Nullable T[] valueByIndex;

    private final Function<Loop, T> maker;

    @SuppressWarnings("unchecked")
    public LoopLocal(EventLoops loops, Function<Loop, T> maker) {
        this.loops = loops.traffic();
        this.valueByIndex = (@Nullable T[]) new Object[this.loops.size()];
        this.maker = maker;
    }

    /** The object of a loop; only on that loop. */
    public T get(Loop loop) {
        assert loop.inLoop() : "not on " + loop;
        T value = valueByIndex[loop.index()];
        if (value == null) {
            value = maker.apply(loop);
            valueByIndex[loop.index()] = value;
        }
        return value;
    }

    /** Lets each loop visit its object, when it comes round to it; loops that have none yet make it. Any thread. */
    public void forEach(Consumer<T> visitor) {
        for (Loop loop : loops) {
            var _ = loop.run(() -> visitor.accept(get(loop)));
        }
    }
}
