package dev.merpati.worker.consumer;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes a static member from its group, and knows when Kafka has done so. A consumer sends its own leave request once
 * without learning whether it arrived, and a member that Kafka still counts keeps its shards until the session timeout.
 */
final class StaticMemberRemover {
    private static final Logger log = LoggerFactory.getLogger(StaticMemberRemover.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, Object> adminProperties;
    private final String group;
    private final MemberToRemove member;

    StaticMemberRemover(Map<String, Object> adminProperties, String group, String instanceId) {
        this.adminProperties = adminProperties;
        this.group = group;
        this.member = new MemberToRemove(instanceId);
    }

    /**
     * Tries at least once.
     *
     * @return whether Kafka confirmed that there is no such member; false when stopped before that
     */
    boolean untilConfirmed(Backoff backoff, StopSignal stop) {
        for (int failures = 1; ; failures++) {
            try {
                remove();
                return true;
            } catch (KafkaException e) {
                log.warn("The group was not left: {}", e.toString());
            }
            if (stop.await(backoff.after(failures))) {
                return false;
            }
        }
    }

    private void remove() {
        RemoveMembersFromConsumerGroupOptions options = new RemoveMembersFromConsumerGroupOptions(List.of(member));
        options.timeoutMs(Math.toIntExact(CALL_TIMEOUT.toMillis()));
        try (Admin admin = Admin.create(adminProperties)) {
            admin.removeMembersFromConsumerGroup(group, options)
                    .memberResult(member)
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownMemberIdException
                    || e.getCause() instanceof GroupIdNotFoundException)) {
                throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while leaving the group", e);
        }
    }
}
