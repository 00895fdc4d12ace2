package dev.merpati.worker.cobalt.send;

import dev.merpati.model.Json;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.BoundedCache;
import dev.merpati.worker.cobalt.account.KnownChats;
import dev.merpati.worker.cobalt.account.TimeLock;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.Recipient;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keeps the account from beginning chats that WhatsApp would refuse: each refused one counts against it. Knows the
 * reach-out time-lock and the cap on new chats, whom it was refused lately, and with whom there is a chat, which goes on.
 * Queries and notifications are as Baileys ({@code Socket/socket.ts}, {@code messages-recv.ts}) and zapo ({@code
 * events/mex-notification.ts}) read them. Thread-safe.
 */
final class NewChatLimits {
    private static final Logger log = LoggerFactory.getLogger(NewChatLimits.class);

    static final int MISSING_TOKEN = 463;

    /** What WhatsApp Web takes when the server says that there is a lock and not until when. */
    private static final Duration UNTOLD_LOCK = Duration.ofSeconds(60);

    private static final Duration UNTOLD_CAP = Duration.ofHours(1);
    /** How long a recipient who lets nobody write without a token is not tried again as long as there is no other token. */
    private static final Duration REFUSED_FOR = Duration.ofMinutes(10);

    private static final int IN_MEMORY = 1_000;

    private final IqClient iq;
    private final NewChatQueries queries;
    private final TimeLock lock;
    private final TimeLock cap;
    private final KnownChats chats;
    private final InstantSource clock;
    private final Consumer<Optional<Instant>> changed;
    /** By recipient, the token that did not help; empty for none. */
    private final BoundedCache<String, String> refused = new BoundedCache<>(IN_MEMORY, REFUSED_FOR);

    /**
     * @param queries the ids of the queries, which WhatsApp changes now and then
     * @param changed hears until when no chats may be begun, whenever that changes
     */
    NewChatLimits(
            IqClient iq,
            NewChatQueries queries,
            Account account,
            InstantSource clock,
            Consumer<Optional<Instant>> changed) {
        this.iq = iq;
        this.queries = queries;
        lock = account.timeLock();
        cap = account.newChatCap();
        chats = account.chats();
        this.clock = clock;
        this.changed = changed;
    }

    /**
     * Why a message is not to be sent now; empty if it may.
     *
     * @param token the token that it would carry
     */
    Optional<SendResult> forbid(Recipient recipient, Optional<Node> token) {
        Optional<Instant> until = until();
        if (until.isPresent() && !chats.contains(recipient.numbered())) {
            return Optional.of(new SendResult.Restricted(until.get()));
        }
        return name(token).equals(refused.get(recipient.key()))
                ? Optional.of(new SendResult.Refused(MISSING_TOKEN))
                : Optional.empty();
    }

    /** A message was refused for want of a token, which can also mean that the account is locked out of new chats. */
    SendResult missingToken(Recipient recipient, Optional<Node> token, Deadline deadline) {
        timeLock(deadline).ifPresent(this::applyLock);
        Optional<Instant> until = lock.until();
        if (until.isPresent()) {
            return new SendResult.Restricted(until.get());
        }
        refused.put(recipient.key(), name(token));
        return new SendResult.Refused(MISSING_TOKEN);
    }

    /** A message was refused because the account has begun as many chats as it may. */
    SendResult capped(Deadline deadline) {
        Instant until = endOfCycle(ask(queries.cap(), "{\"input\":{\"type\":\"INDIVIDUAL_NEW_CHAT_MSG\"}}", deadline)
                .map(data -> data.path("xwa2_message_capping_info")));
        forbidUntil(cap, until);
        return new SendResult.Restricted(until);
    }

    /** Takes over what a {@code notification} of the type {@code mex} says of new chats; others are passed over. Blocks. */
    void notified(Node notification) {
        Optional<Node> update = notification.findChild("update");
        switch (update.map(of -> of.attributes().getString("op_name", "")).orElse("")) {
            case "NotificationUserReachoutTimelockUpdate" ->
                told(update, "xwa2_notify_account_reachout_timelock").ifPresent(this::applyLock);
            case "MessageCappingInfoNotification" ->
                told(update, "xwa2_notify_new_chat_messages_capping_info_update")
                        .ifPresent(this::applyCap);
            default -> {
                // Of channels, profiles, and what else WhatsApp tells by this means.
            }
        }
    }

    private static Optional<JsonNode> told(Optional<Node> update, String name) {
        return update.flatMap(NewChatLimits::text)
                .flatMap(NewChatLimits::data)
                .map(data -> data.path(name))
                .filter(JsonNode::isObject);
    }

    /** Begins with what was known before. Blocks. */
    void begin() {
        changed.accept(until());
    }

    /** The later end of the two. */
    private Optional<Instant> until() {
        return Stream.of(lock.until(), cap.until()).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    private Optional<JsonNode> timeLock(Deadline deadline) {
        return ask(queries.timeLock(), "{}", deadline)
                .map(data -> data.path("xwa2_fetch_account_reachout_timelock"))
                .filter(JsonNode::isObject);
    }

    private void applyLock(JsonNode told) {
        if (told.path("is_active").asBoolean(false)) {
            forbidUntil(
                    lock,
                    seconds(told, "time_enforcement_ends")
                            .orElse(clock.instant().plus(UNTOLD_LOCK)));
        } else {
            lift(lock);
        }
    }

    private void applyCap(JsonNode told) {
        if ("CAPPED".equals(told.path("capping_status").asString(""))) {
            forbidUntil(cap, endOfCycle(Optional.of(told)));
        } else {
            lift(cap); // Warnings, or a new cycle.
        }
    }

    private Instant endOfCycle(Optional<JsonNode> told) {
        return told.flatMap(info -> seconds(info, "cycle_end_timestamp"))
                .filter(end -> end.isAfter(clock.instant()))
                .orElse(clock.instant().plus(UNTOLD_CAP));
    }

    private void forbidUntil(TimeLock reason, Instant until) {
        reason.until(until);
        log.info("The account may begin no new chats until {}", until);
        changed.accept(until());
    }

    private void lift(TimeLock reason) {
        if (reason.until().isPresent()) {
            reason.lift();
            log.info("A reason why the account may begin no new chats is gone");
            changed.accept(until());
        }
    }

    private Optional<JsonNode> ask(String id, String variables, Deadline deadline) {
        byte[] body = ("{\"variables\":" + variables + "}").getBytes(StandardCharsets.UTF_8);
        return iq.query("get", "w:mex", deadline, Node.of("query", Map.of("query_id", id), body))
                        instanceof IqClient.Result(Node result)
                ? result.findChild("result").flatMap(NewChatLimits::text).flatMap(NewChatLimits::data)
                : Optional.empty();
    }

    private static Optional<String> text(Node node) {
        return node.contentAsBytes().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static Optional<JsonNode> data(String json) {
        try {
            return Optional.of(Json.MAPPER.readTree(json).path("data"));
        } catch (JacksonException e) {
            log.debug("An answer about new chats cannot be read: {}", Json.describe(e));
            return Optional.empty();
        }
    }

    /** A time in seconds, which WhatsApp writes as text; empty when there is none, or zero. */
    private static Optional<Instant> seconds(JsonNode object, String name) {
        @Nullable String text = object.path(name).asString("");
        return text.matches("[1-9]\\d{0,11}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text)))
                : Optional.empty();
    }

    private static String name(Optional<Node> token) {
        return token.flatMap(node ->
                        node.contentAsBytes().map(bytes -> node.description() + java.util.Arrays.hashCode(bytes)))
                .orElse("");
    }
}
