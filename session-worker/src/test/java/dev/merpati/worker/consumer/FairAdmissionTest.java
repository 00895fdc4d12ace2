package dev.merpati.worker.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairAdmissionTest {
    private static final int ROOM = 1_000;

    private final FairAdmission share = new FairAdmission(ROOM);

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 333", "3, 250", "9, 100"})
    void leavesOneShareFreeHoweverManyTenantsAreGreedy(int tenants, long each) {
        long[] held = new long[tenants];
        for (int round = 0; round < 2 * ROOM; round++) {
            for (int tenant = 0; tenant < tenants; tenant++) {
                // Each of its own sessions, so that only the tenant's share counts.
                held[tenant] += take("t" + tenant, UUID.randomUUID()) ? 1 : 0;
            }
        }

        assertThat(LongStream.of(held).boxed())
                .allSatisfy(one -> assertThat(one).isBetween(each, each + 1));
        assertThat(take("newcomer", UUID.randomUUID())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 333", "2, 200", "8, 58"})
    void leavesRoomForAnotherSessionOfATenantWhoseSessionsAreStuck(int stuck, long each) {
        List<UUID> sessions =
                IntStream.range(0, stuck).mapToObj(_ -> UUID.randomUUID()).toList();
        long[] held = new long[stuck];
        for (int round = 0; round < ROOM; round++) {
            for (int i = 0; i < stuck; i++) {
                held[i] += take("t", sessions.get(i)) ? 1 : 0;
            }
        }

        assertThat(LongStream.of(held).boxed())
                .allSatisfy(one -> assertThat(one).isBetween(each, each + 1));
        UUID healthy = UUID.randomUUID();
        long admitted =
                LongStream.range(0, each).filter(_ -> take("t", healthy)).count();
        assertThat(admitted).as("a third of what each of the others has").isGreaterThanOrEqualTo(each / 3);
    }

    @Test
    void admitsATenantThatHoldsNothingEvenWhenThereIsNoRoom() {
        for (int i = 0; i < ROOM; i++) {
            share.add(command("t" + i, UUID.randomUUID()), 1);
        }

        assertThat(take("newcomer", UUID.randomUUID())).isTrue();
        assertThat(take("newcomer", UUID.randomUUID())).isFalse();
    }

    /** Whatever comes and goes: nothing is lost count of, and as long as there is room a newcomer may come. */
    @RepeatedTest(100)
    void holdsForEveryInterleaving(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        record Taken(CommandEnvelope command, long amount) {}
        List<Taken> taken = new ArrayList<>();
        List<UUID> sessions =
                IntStream.range(0, 10).mapToObj(_ -> UUID.randomUUID()).toList();
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(100) < 70) {
                int session = random.nextInt(sessions.size());
                CommandEnvelope command = command("t" + session % 3, sessions.get(session));
                long amount = 1L + random.nextInt(3);
                if (share.admits(command)) {
                    share.add(command, amount);
                    taken.add(new Taken(command, amount));
                }
            } else if (!taken.isEmpty()) {
                Taken gone = taken.remove(random.nextInt(taken.size()));
                share.remove(gone.command(), gone.amount());
            }

            assertThat(share.used())
                    .isEqualTo(taken.stream().mapToLong(Taken::amount).sum());
            assertThat(share.used()).as("a share of four stays free").isLessThanOrEqualTo(ROOM * 3 / 4 + 3 * 3);
        }
        taken.forEach(gone -> share.remove(gone.command(), gone.amount()));
        assertThat(share.used()).isZero();
        assertThat(share.admits(taken.getLast().command())).isTrue();
    }

    private boolean take(String tenant, UUID session) {
        CommandEnvelope command = command(tenant, session);
        boolean admitted = share.admits(command);
        if (admitted) {
            share.add(command, 1);
        }
        return admitted;
    }

    private static CommandEnvelope command(String tenant, UUID session) {
        return new CommandEnvelope(
                "id",
                tenant,
                session,
                "gateway",
                "request",
                Instant.EPOCH,
                Instant.EPOCH,
                new Command.SendText("39", "t", true));
    }
}
