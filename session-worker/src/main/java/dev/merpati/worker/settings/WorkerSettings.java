package dev.merpati.worker.settings;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * This worker as a member of its group.
 *
 * @param id names this worker, and must stay the same over its restarts: a StatefulSet's pod name. Two workers of one id
 *     shut each other out
 * @param group the consumer group whose members share the shards
 * @param groupProtocol {@code classic}, or {@code consumer} for the one of KIP-848, under which the broker decides on the
 *     assignment and the session timeout
 * @param sessionTimeout how long Kafka waits for a silent worker before its shards go to others; for half of it this
 *     worker trusts an ownership that nobody confirmed. The broker allows 6 s to 30 min by default. Under the {@code
 *     consumer} protocol it must say what the broker's {@code group.consumer.session.timeout.ms} says
 * @param leaveGroupOnShutdown true: the shards go to the other workers at once. False: they wait for this worker until
 *     the session timeout, so that a rolling restart moves none; a scale-in then begins with a drain
 * @param handoverTimeout how long a hand-over of all shards may take until what is left is cut off
 * @param revocationTimeout the same for shards that a rebalance takes away; the commands of all others wait meanwhile
 * @param deletionSweepInterval how often the sessions of the own shards that are marked as deleted and still there are
 *     deleted, since the command for it was refused or lost
 * @param ownerTtl how long a worker that died counts as its shards' owner for those who ask for a session's status
 */
public record WorkerSettings(
        @DefaultValue("worker")
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,100}",
                message = "must be 1 to 100 letters, digits, dots, dashes or underscores")
        String id,

        @DefaultValue("merpati-workers")
        @Pattern(
                regexp = "[A-Za-z0-9._-]{1,100}",
                message = "must be 1 to 100 letters, digits, dots, dashes or underscores")
        String group,

        @DefaultValue("classic") GroupProtocol groupProtocol,

        @DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(minutes = 30)
        Duration sessionTimeout,

        @DefaultValue("true") boolean leaveGroupOnShutdown,

        @DefaultValue("15s") @DurationMin(seconds = 1) @DurationMax(minutes = 2)
        Duration handoverTimeout,

        @DefaultValue("3s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration revocationTimeout,

        @DefaultValue("20s") @DurationMin(seconds = 1) @DurationMax(minutes = 5)
        Duration ownerTtl,

        @DefaultValue("1m") @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration deletionSweepInterval,

        @DefaultValue @Valid CommandSettings commands,
        @DefaultValue @Valid ConnectionSettings connections,
        @DefaultValue @Valid PairingSettings pairing) {

    /** How often ownership is confirmed in Redis: often enough for two misses. */
    public Duration ownershipHeartbeat() {
        Duration shortest = ownerTtl.compareTo(sessionTimeout) < 0 ? ownerTtl : sessionTimeout;
        return shortest.dividedBy(3);
    }

    /**
     * How long after Redis confirmed an ownership it is taken for granted. Well below the session timeout, since that
     * may have begun to run a Kafka heartbeat earlier; and longer than from one confirmation to the next.
     */
    public Duration leaseTrust() {
        return sessionTimeout.dividedBy(2);
    }

    @AssertTrue(message = "merpati.worker.revocation-timeout must not be above merpati.worker.handover-timeout")
    boolean isRevocationShortEnough() {
        return revocationTimeout.compareTo(handoverTimeout) <= 0;
    }
}
