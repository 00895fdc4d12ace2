package dev.merpati.dispatcher.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.dispatcher.Services;
import dev.merpati.dispatcher.settings.EventSettings;
import dev.merpati.dispatcher.stream.TenantStreams.Trimmed;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** The scripts on a real Redis. */
class TenantStreamsIT {
    private static final long LONG = Duration.ofDays(7).toMillis();
    /** So that what was stored right now is too old. */
    private static final long PAST = -1_000;

    private static final String TOPIC = "topic-id";

    private final EventTopic topic = new EventTopic("events", 4);
    private final LettuceConnectionFactory connections = connections();
    private final StringRedisTemplate redis = new StringRedisTemplate(connections);
    private final StreamMetrics metrics = new StreamMetrics(System::nanoTime, new SimpleMeterRegistry());
    private final TenantStreams streams = new TenantStreams(redis, topic, metrics);
    private final String tenant = "t-" + UUID.randomUUID();
    private final UUID session = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    private static LettuceConnectionFactory connections() {
        LettuceConnectionFactory connections = new LettuceConnectionFactory(
                Services.redis().host(), Services.redis().port());
        connections.afterPropertiesSet();
        connections.start();
        return connections;
    }

    @AfterEach
    void close() {
        connections.destroy();
    }

    @Test
    void storesWhatTheContractSays() {
        Appended appended = append(event(3, "a", session), event(7, "b", other), event(8, "c", session));

        assertThat(appended.events()).extracting(StoredEvent::number).containsExactly(1L, 2L, 3L);
        assertThat(stored()).isEqualTo(appended.events());
        assertThat(stored()).extracting(StoredEvent::id).isSorted().doesNotHaveDuplicates();
        assertThat(index(session)).containsExactly(id(appended, 0), id(appended, 2));
        assertThat(index(other)).containsExactly(id(appended, 1));
        assertThat(redis.opsForHash().entries(EventKeys.progress(tenant)))
                .isEqualTo(Map.of("topic", TOPIC, "offset", "8", "count", "3", "last", id(appended, 2)));
        assertThat(redis.opsForZSet().size(EventKeys.seen(tenant))).isEqualTo(3);
    }

    @Test
    void bearsBeingRunTwice() {
        Appended first = append(event(1, "a", session), event(2, "b", session));
        Appended again = append(event(1, "a", session), event(2, "b", session), event(3, "c", session));

        assertThat(again.replayed()).isEqualTo(2);
        assertThat(again.events()).extracting(StoredEvent::data).containsExactly(data("c"));
        assertThat(stored()).hasSize(3).startsWith(first.events().toArray(StoredEvent[]::new));
    }

    @Test
    void keepsTheFirstEventOfAKey() {
        append(event(1, "a", session));
        Appended repeated = append(event(2, "a", session), event(3, "b", session), event(4, "b", session));

        assertThat(repeated.repeated()).isEqualTo(2);
        assertThat(stored()).extracting(StoredEvent::data).containsExactly(data("a"), data("b"));
    }

    @Test
    void aFormerOwnerThatWakesUpChangesNothing() {
        append(event(1, "a", session));
        append(event(2, "b", session), event(3, "c", session), event(4, "d", session));

        Appended late = append(event(2, "b", session), event(3, "c", session));

        assertThat(late.events()).isEmpty();
        assertThat(late.replayed()).isEqualTo(2);
        assertThat(redis.opsForHash().get(EventKeys.progress(tenant), "offset")).isEqualTo("4");
        assertThat(stored()).extracting(StoredEvent::number).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void twoOwnersAtOnceAppendEachEventOnceInOrder() {
        List<IncomingEvent> all = IntStream.range(0, 300)
                .mapToObj(i -> event(i, "k" + i, session))
                .toList();
        List<CompletableFuture<Void>> owners = IntStream.range(0, 3)
                .mapToObj(owner -> CompletableFuture.runAsync(() -> {
                    for (int from = 0; from < all.size(); from += 7 + owner) {
                        streams.append(TOPIC, -1, all.subList(from, Math.min(all.size(), from + 7 + owner)));
                    }
                }))
                .toList();
        owners.forEach(CompletableFuture::join);

        assertThat(stored())
                .extracting(StoredEvent::data)
                .containsExactlyElementsOf(all.stream().map(IncomingEvent::data).toList());
        assertThat(stored().getLast().number()).isEqualTo(300);
    }

    @Test
    void beginsAnewWithATopicThatWasMadeAgain() {
        append(event(900, "a", session));

        Appended again =
                streams.append("another-topic-id", -1, List.of(event(0, "b", session), event(1, "a", session)));

        assertThat(again.events()).extracting(StoredEvent::data).containsExactly(data("b"));
        assertThat(again.repeated()).isEqualTo(1);
        assertThat(redis.opsForHash().get(EventKeys.progress(tenant), "offset")).isEqualTo("1");
    }

    @Test
    void leavesNoGapWhereRedisHasLostEvents() {
        append(event(1, "a", session), event(2, "b", session));
        streams.append(TOPIC, 2, List.of(event(4, "c", session)));
        redis.delete(List.of(EventKeys.stream(tenant), EventKeys.progress(tenant), EventKeys.seen(tenant)));
        append(event(1, "a", session));

        assertThatThrownBy(() -> streams.append(TOPIC, 4, List.of(event(6, "d", session))))
                .isInstanceOf(EventsLostException.class);
        assertThatThrownBy(() -> streams.append("another-topic-id", 0, List.of(event(6, "d", session))))
                .isInstanceOf(EventsLostException.class);
        assertThat(stored()).hasSize(1);

        append(event(1, "a", session), event(2, "b", session), event(4, "c", session), event(6, "d", session));
        assertThat(stored()).extracting(StoredEvent::data).containsExactly(data("a"), data("b"), data("c"), data("d"));
    }

    @Test
    void whatRedisHasLostGetsItsIdsAndNumbersAgain() {
        Instant time = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        IncomingEvent[] events = {
            event(1, time, "a", session),
            event(2, time, "b", other),
            event(3, time.minusMillis(40), "c", session),
            event(4, time, "b", other),
            event(5, time.plusMillis(3), "d", session),
            event(6, time.plusMillis(3), "e", session)
        };
        Appended before = append(events);
        redis.delete(List.of(EventKeys.stream(tenant), EventKeys.progress(tenant), EventKeys.seen(tenant)));
        redis.delete(List.of(EventKeys.ofSession(tenant, session), EventKeys.ofSession(tenant, other)));
        for (IncomingEvent event : events) {
            append(event);
        }

        assertThat(before.events()).hasSize(5);
        assertThat(before.events().getFirst().id()).isEqualTo(new EventId(time.toEpochMilli(), 0));
        assertThat(stored()).isEqualTo(before.events());
    }

    @Test
    void aClockThatIsWrongTakesNoIdFarAway() {
        Instant now = Instant.now();
        List<StoredEvent> appended = append(
                        event(1, Instant.ofEpochMilli(-1), "a", session),
                        event(2, now, "b", session),
                        event(3, now.plus(Duration.ofDays(400)), "c", session))
                .events();

        assertThat(appended.getFirst().id().millis())
                .isGreaterThan(now.minus(Duration.ofMinutes(31)).toEpochMilli());
        assertThat(appended.get(1).id().millis()).isEqualTo(now.toEpochMilli());
        assertThat(appended.getLast().id().millis())
                .isLessThan(now.plus(Duration.ofMinutes(5)).toEpochMilli());
        assertThat(appended).extracting(StoredEvent::id).isSorted();
    }

    @Test
    void idsRiseWhenTheClockGoesBack() {
        long future = Instant.now().plus(Duration.ofDays(1)).toEpochMilli();
        redis.opsForHash().put(EventKeys.progress(tenant), "last", new EventId(future, 999_998).toString());

        Appended appended = append(event(1, "a", session), event(2, "b", session), event(3, "c", session));

        assertThat(appended.events())
                .extracting(StoredEvent::id)
                .containsExactly(new EventId(future, 999_999), new EventId(future + 1, 0), new EventId(future + 1, 1));
        assertThat(stored()).isEqualTo(appended.events());
    }

    @Test
    void goesOnAfterEventsWhoseProgressIsNotKnown() {
        long future = Instant.now().plus(Duration.ofDays(1)).toEpochMilli();
        append(event(1, "a", session));
        redis.delete(EventKeys.progress(tenant));
        redis.delete(EventKeys.stream(tenant));
        redis.opsForStream()
                .add(org.springframework.data.redis.connection.stream.StreamRecords.string(Map.of("s", "x"))
                        .withStreamKey(EventKeys.stream(tenant))
                        .withId(org.springframework.data.redis.connection.stream.RecordId.of(future, 5)));

        assertThat(append(event(2, "b", session)).events())
                .extracting(StoredEvent::id)
                .containsExactly(new EventId(future, 6));
    }

    @Test
    void nothingOfARemovedTenantComesBack() {
        redis.opsForValue().set(EventKeys.removed(tenant), "", EventKeys.REMOVED_FOR);
        streams.list(tenant);

        assertThat(append(event(1, "a", session)).removed()).isTrue();
        assertThat(streams.trim(tenant, LONG, 10)).isEqualTo(Trimmed.NOTHING);

        assertThat(redis.keys("{t:" + tenant + "}*")).containsExactly(EventKeys.removed(tenant));
        assertThat(streams.tenants(topic.partitionOf(tenant))).doesNotContain(tenant);
    }

    @Test
    void tellsOfNewEventsOncePerCall() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        // In the order in which they come; by itself it takes a thread for each message.
        container.setTaskExecutor(Runnable::run);
        container.setSubscriptionExecutor(new SimpleAsyncTaskExecutor());
        container.afterPropertiesSet();
        container.start();
        container.addMessageListener(
                (message, _) -> heard.add(new String(message.getBody(), java.nio.charset.StandardCharsets.UTF_8)),
                new ChannelTopic(EventKeys.NEW_EVENTS_CHANNEL));
        try {
            append(event(1, "a", session), event(2, "b", session));
            append(event(1, "a", session), event(3, "b", session));
            redis.convertAndSend(EventKeys.NEW_EVENTS_CHANNEL, "end");
            org.awaitility.Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> heard.contains("end"));
        } finally {
            container.destroy();
        }
        assertThat(heard).containsExactly(tenant, "end");
    }

    @Test
    void aKeyOfAnotherTypeIsDamageAndAnOutageIsNone() {
        redis.opsForValue().set(EventKeys.stream(tenant), "no stream");

        assertThatThrownBy(() -> append(event(1, "a", session)))
                .isInstanceOfSatisfying(
                        DataAccessException.class,
                        failure -> assertThat(StreamMetrics.isDamage(failure)).isTrue());
        assertThat(StreamMetrics.isDamage(new org.springframework.data.redis.RedisConnectionFailureException("away")))
                .isFalse();
    }

    @Test
    void trimsByAgeWithTheIndexesAndTheKeys() {
        Appended old = append(event(1, "a", session), event(2, "b", other));
        assertThat(streams.trim(tenant, LONG, 100)).isEqualTo(Trimmed.NOTHING);

        assertThat(streams.trim(tenant, PAST, 100)).isEqualTo(new Trimmed(2, 0));

        assertThat(stored()).isEmpty();
        assertThat(redis.hasKey(EventKeys.ofSession(tenant, session))).isFalse();
        assertThat(redis.hasKey(EventKeys.ofSession(tenant, other))).isFalse();
        assertThat(redis.opsForHash().get(EventKeys.progress(tenant), "trimmed"))
                .isEqualTo(id(old, 1));
        assertThat(streams.trim(tenant, PAST, 100)).isEqualTo(Trimmed.NOTHING);
        // The count and the ids go on.
        Appended next = append(event(3, "c", session));
        assertThat(next.events().getFirst().number()).isEqualTo(3);
        assertThat(next.events().getFirst().id())
                .isGreaterThan(old.events().getLast().id());
    }

    @Test
    void trimsTheOldestOfTooMany() {
        Appended all = append(event(1, "a", session), event(2, "b", other), event(3, "c", session));

        assertThat(streams.trim(tenant, LONG, 1)).isEqualTo(new Trimmed(2, 2));

        assertThat(stored()).containsExactly(all.events().getLast());
        assertThat(index(session)).containsExactly(id(all, 2));
        assertThat(index(other)).isEmpty();
        assertThat(redis.opsForHash().get(EventKeys.progress(tenant), "trimmed"))
                .isEqualTo(id(all, 1));
    }

    @Test
    void trimsMuchInStepsAndForgetsOldKeys() {
        List<IncomingEvent> many = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            many.add(event(i, "k" + i, session));
        }
        for (int from = 0; from < many.size(); from += 100) {
            streams.append(TOPIC, -1, many.subList(from, from + 100));
        }

        assertThat(streams.trim(tenant, PAST, 5_000)).isEqualTo(new Trimmed(500, 0));
        StreamTrimmer trimmer = new StreamTrimmer(streams, new EventSettings("events", 4, Duration.ofHours(1), 100));
        trimmer.trim();
        assertThat(stored()).as("of partitions of others").hasSize(600);
        streams.list(tenant);
        trimmer.taken(topic.partitionOf(tenant));
        trimmer.trim();

        assertThat(stored()).hasSize(100);
        assertThat(index(session)).hasSize(100);
        long millis = stored().getFirst().id().millis();
        assertThat(redis.opsForZSet().count(EventKeys.seen(tenant), 0, (double) (millis - 2)))
                .isZero();
        trimmer.revoked(Set.of(topic.partitionOf(tenant)), Duration.ZERO);
    }

    private Appended append(IncomingEvent... events) {
        return streams.append(TOPIC, -1, List.of(events));
    }

    private IncomingEvent event(long offset, String key, UUID of) {
        return event(offset, Instant.now(), key, of);
    }

    private IncomingEvent event(long offset, Instant publishedAt, String key, UUID of) {
        return new IncomingEvent(
                offset,
                publishedAt,
                IncomingEvent.hash(key),
                tenant,
                of,
                "message.received",
                Instant.ofEpochMilli(1_795_000_000_000L),
                data(key));
    }

    private static String data(String key) {
        return "{\"text\":\"" + key + " 😀\"}";
    }

    private List<StoredEvent> stored() {
        return Objects.requireNonNull(
                        redis.<String, String>opsForStream().range(EventKeys.stream(tenant), Range.unbounded()))
                .stream()
                .map(entry -> StoredEvent.of(entry.getId().getValue(), entry.getValue()))
                .toList();
    }

    private static String id(Appended appended, int number) {
        return appended.events().get(number).id().toString();
    }

    private List<String> index(UUID of) {
        return List.copyOf(Objects.requireNonNull(redis.opsForZSet().range(EventKeys.ofSession(tenant, of), 0, -1)));
    }
}
