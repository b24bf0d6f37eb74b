package io.weir.l7.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldMemoryTest {
    private final HeldMemory memory = new HeldMemory(1000);
    private final List<String> evicted = new ArrayList<>();

    private class Client extends HeldMemory.Part {
        private final String name;

        Client(String name) {
            this.name = name;
        }

        @Override
        protected void evict() {
            evicted.add(name);
            memory.hold(this, 0, 0); // its connection ends, which says so once more
        }
    }

    @Test
    void addsUpWhatAllHold() {
        var one = new Client("one");
        var two = new Client("two");
        memory.hold(one, 300, 1);
        memory.hold(two, 400, 2);
        memory.hold(one, 100, 3);
        assertThat(memory.bytes()).isEqualTo(500);
        memory.hold(two, 0, 4);
        memory.hold(two, 0, 5);
        assertThat(memory.bytes()).isEqualTo(100);
        assertThat(evicted).isEmpty();
    }

    @Test
    void evictsWhoHeldTheMostForTheLongestUntilATenthIsFree() {
        memory.hold(new Client("small and old"), 10, 0);
        memory.hold(new Client("large and old"), 400, 10);
        memory.hold(new Client("middling"), 300, 50);
        memory.hold(new Client("large and new"), 500, 100);
        assertThat(evicted).containsExactly("large and old");
        assertThat(memory.bytes()).isEqualTo(810);
        memory.hold(new Client("another"), 400, 101);
        assertThat(evicted).containsExactly("large and old", "middling", "small and old");
        assertThat(memory.bytes()).isEqualTo(900);
    }

    @Test
    void evictsTheNewcomerItselfWhenNobodyElseHoldsAnything() {
        memory.hold(new Client("giant"), 2000, 1);
        assertThat(evicted).containsExactly("giant");
        assertThat(memory.bytes()).isZero();
    }

    @Test
    void neverHoldsMoreThanTheBudgetWhateverHappens() {
        Seeded.rounds(200, random -> {
            var budgeted = new HeldMemory(1000);
            List<Client> clients = new ArrayList<>();
            long[] sizes = new long[20];
            for (int i = 0; i < sizes.length; i++) {
                int index = i;
                clients.add(new Client("c" + i) {
                    @Override
                    protected void evict() {
                        sizes[index] = 0;
                    }
                });
            }
            for (int step = 0; step < 500; step++) {
                int i = random.nextInt(sizes.length);
                sizes[i] = random.nextInt(4) == 0 ? 0 : random.nextInt(300);
                budgeted.hold(clients.get(i), sizes[i], step);
                long sum = 0;
                for (long size : sizes) {
                    sum += size;
                }
                assertThat(budgeted.bytes()).isEqualTo(sum).isLessThanOrEqualTo(1000);
            }
        });
    }
}
