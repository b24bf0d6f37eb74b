package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.HealthEffect.BackendChanged;
import io.weir.core.model.AdminState;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.OutlierDetection.Backoff;
import io.weir.testkit.Seeded;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds of the members of a pool under random settings, after any sequence of events. 400,000 steps in all. */
class MemberProperties {
    private static final int ROUNDS = 200;
    private static final int STEPS = 2_000;
    private static final List<TrafficFailure> FAILURES = List.of(TrafficFailure.RESET, TrafficFailure.TIMED_OUT,
            TrafficFailure.GATEWAY_ERROR, TrafficFailure.SERVER_ERROR);

    @Test
    void limitsLengthsAndRampsHoldAfterEveryStep() {
        Seeded.rounds(ROUNDS, random -> {
            Play play = new Play(random);
            Watch watch = new Watch(play);
            for (int step = 0; step < STEPS; step++) {
                play.step();
                watch.look();
            }
        });
    }

    @Test
    void theSameEventsHaveTheSameEffects() {
        Seeded.rounds(20, random -> {
            long seed = random.nextLong();

            assertThat(effects(seed)).isEqualTo(effects(seed));
        });
    }

    private static List<HealthEffect> effects(long seed) {
        Play play = new Play(Seeded.generator(seed));
        for (int step = 0; step < STEPS; step++) {
            play.step();
        }
        return play.scene.takeEffects();
    }

    /** A pool of 1 to 12 members with random settings, and what happens to it. */
    private static final class Play {
        final RandomGenerator random;
        final OutlierDetection rules;
        final Duration ramp;
        final List<String> names;
        final HealthScene scene;

        Play(RandomGenerator random) {
            this.random = random;
            this.rules = rules(random);
            this.ramp = Duration.ofSeconds(1 + random.nextLong(60));
            this.names = IntStream.range(0, 1 + random.nextInt(12)).mapToObj(i -> "m" + i).toList();
            Optional<HealthCheck> check = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(HealthScene.CHECK);
            this.scene = new HealthScene().check(check).outliers(Optional.of(rules)).slowStart(Optional.of(ramp));
            names.forEach(name -> scene.backend(name, "zone-a"));
            scene.configure();
        }

        private static OutlierDetection rules(RandomGenerator random) {
            Duration base = Duration.ofMillis(100 + random.nextLong(30_000));
            var rules = new DetectionRules().consecutive(random.nextInt(4), random.nextInt(4), random.nextInt(4))
                .ejections(base, base.multipliedBy(1 + random.nextLong(20)), random.nextBoolean() ? Backoff.LINEAR : Backoff.EXPONENTIAL)
                .maxEjected(random.nextInt(101))
                .minHealth(random.nextInt(3) == 0 ? random.nextInt(101) : 0);
            if (random.nextBoolean()) {
                rules.successRate(2 + random.nextInt(5), 1 + random.nextInt(100), 0.5 + 2 * random.nextDouble());
            }
            if (random.nextBoolean()) {
                rules.latency(1.1 + 3 * random.nextDouble(), 1 + random.nextInt(100), 2 + random.nextInt(5));
            }
            return rules.build();
        }

        void step() {
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(20)) {
                case 0 -> reconfigure(name);
                case 1, 2, 3 -> scene.connectFails(name, 1 + random.nextInt(4));
                case 4, 5, 6 -> scene.failed(name, FAILURES.get(random.nextInt(FAILURES.size())), random.nextInt(4), random.nextInt(4),
                        random.nextInt(4));
                case 7 -> sweep();
                case 8, 9, 10 -> scene.pass(Duration.ofMillis(random.nextLong(random.nextInt(10) == 0 ? 120_000 : 3_000)));
                case 11, 12, 13 -> scene.fail(name);
                default -> scene.succeed(name);
            }
        }

        private void reconfigure(String name) {
            if (random.nextInt(3) == 0 && scene.backends().containsKey(name)) {
                scene.remove(name).configure();
            } else {
                scene.backend(name, "zone-a", random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(100), AdminState.ENABLED, 8080).configure();
            }
        }

        private void sweep() {
            Map<String, AnswerCounts> seen = new HashMap<>();
            for (String name : names) {
                long answers = random.nextLong(300);
                seen.put(name,
                        new AnswerCounts(answers, answers == 0 ? 0 : random.nextLong(answers), answers * random.nextLong(1_000_000)));
            }
            scene.sweep(seen);
        }

        List<String> wanted() {
            return scene.backends().values().stream().filter(b -> b.weight().units() > 0).map(b -> b.name()).toList();
        }

        long in(BackendState state) {
            return wanted().stream().filter(name -> scene.state(name) == state).count();
        }

        long usable() {
            return in(BackendState.HEALTHY) + in(BackendState.WARMING) + in(BackendState.CHECKING);
        }
    }

    /** Its own record of ejections and ramps, by other arithmetic. */
    private static final class Watch {
        private final Play play;
        private final Map<String, Out> outByName = new HashMap<>();
        private final Map<String, Long> warmingSinceByName = new HashMap<>();
        private boolean someWereWarm;

        /** @param times how many ejections in a row */
        private record Out(int times, long end) {
            static final Out NEVER = new Out(0, 0);
        }

        Watch(Play play) {
            this.play = play;
        }

        void look() {
            long now = play.scene.clock.getAsLong();
            outByName.keySet().retainAll(play.scene.backends().keySet());
            boolean ejected = false;
            for (HealthEffect effect : play.scene.takeEffects()) {
                if (effect instanceof BackendChanged change) {
                    ejected |= change.to() == BackendState.EJECTED;
                    note(change, now);
                }
            }
            if (ejected) {
                limitsHold();
            }
            trafficEmptiesNothing();
            lengthsHold(now);
            rampsHold(now);
            someWereWarm = play.in(BackendState.HEALTHY) > 0;
        }

        private void note(BackendChanged change, long now) {
            String name = change.backend().backend();
            if (change.to() == BackendState.EJECTED) {
                Out last = outByName.getOrDefault(name, Out.NEVER);
                boolean again = last.times() > 0 && now - last.end() < play.rules.maxEjection().toNanos();
                int times = again ? last.times() + 1 : 1;
                outByName.put(name, new Out(times, now + length(times)));
            } else if (change.from() == BackendState.EJECTED) {
                Out last = outByName.getOrDefault(name, Out.NEVER);
                if (change.reason().code().equals("ejection-over")) {
                    assertThat(now - last.end()).isNotNegative();
                }
                outByName.put(name, new Out(last.times(), now));
            }
            if (change.to() == BackendState.WARMING) {
                assertThat(someWereWarm || play.in(BackendState.HEALTHY) > 0).as("somebody to warm up behind").isTrue();
                warmingSinceByName.put(name, now);
            }
        }

        private long length(int times) {
            double base = play.rules.baseEjection().toNanos();
            double wanted = play.rules.backoff() == Backoff.LINEAR ? base * times : base * Math.pow(2, times - 1);
            return (long) Math.min(wanted, (double) play.rules.maxEjection().toNanos());
        }

        private void limitsHold() {
            int wanted = play.wanted().size();
            assertThat(play.in(BackendState.EJECTED)).isLessThanOrEqualTo(
                    Math.max(1, (long) play.rules.maxEjectedPercent().value() * wanted / 100));
            assertThat(play.usable()).isPositive();
            assertThat(100.0 * play.usable() / wanted).isGreaterThanOrEqualTo(play.rules.minHealthPercent().value());
        }

        /** Where nobody is usable, each member that the operator wants was taken out by its check. */
        private void trafficEmptiesNothing() {
            if (play.usable() == 0) {
                assertThat(play.in(BackendState.UNHEALTHY)).isEqualTo(play.wanted().size());
            }
        }

        private void lengthsHold(long now) {
            for (String name : play.scene.backends().keySet()) {
                if (play.scene.state(name) == BackendState.EJECTED) {
                    assertThat(outByName.getOrDefault(name, Out.NEVER).end() - now).isPositive();
                }
            }
            play.scene.book.nextTimerNanos().ifPresent(next -> assertThat(next - now).isPositive());
        }

        private void rampsHold(long now) {
            for (String name : play.scene.backends().keySet()) {
                BackendStatus status = play.scene.book.status(HealthScene.key(name));
                if (status.state() == BackendState.WARMING) {
                    double share = (double) (now - Objects.requireNonNull(warmingSinceByName.get(name), name)) / play.ramp.toNanos();
                    assertThat(share).isLessThan(1);
                    assertThat((double) status.warmth()).isBetween(10 + 90 * (share - 0.05) - 1, 10 + 90 * share + 1e-9);
                } else {
                    assertThat(status.warmth()).isEqualTo(BackendStatus.WARM);
                }
            }
        }
    }
}
