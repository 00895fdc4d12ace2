package dev.merpati.simulator.server;

import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.noise.ServerHandshake;
import dev.merpati.simulator.noise.ServerIdentity;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dispatches what clients send on their chat sockets, from the handshake to the end. Thread-safe. */
public final class ChatServer {
    private static final Logger LOG = LoggerFactory.getLogger(ChatServer.class);
    private static final int NOT_IMPLEMENTED = 501;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_AUTHORIZED = 401;

    private final ServerIdentity identity;
    private final Faults faults;
    private final Stats stats;
    private final Clock clock;
    private final Rules rules;
    private final ClientChecks checks;
    private final Pairings pairings;
    private final Login login;
    private final List<IqHandler> iqHandlers;
    private final MessageRelay messages;
    private final ReceiptRelay receipts;
    private final PresenceRelay presence;
    private final long firstNodeDelay;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Map<Connection, Pairing> pairing = new ConcurrentHashMap<>();

    ChatServer(
            ServerIdentity identity,
            Faults faults,
            Stats stats,
            Clock clock,
            Rules rules,
            ClientChecks checks,
            Pairings pairings,
            Login login,
            List<IqHandler> iqHandlers,
            MessageRelay messages,
            ReceiptRelay receipts,
            PresenceRelay presence,
            long firstNodeDelay) {
        this.identity = identity;
        this.faults = faults;
        this.stats = stats;
        this.clock = clock;
        this.rules = rules;
        this.checks = checks;
        this.pairings = pairings;
        this.login = login;
        this.iqHandlers = iqHandlers;
        this.messages = messages;
        this.receipts = receipts;
        this.presence = presence;
        this.firstNodeDelay = firstNodeDelay;
    }

    ServerHandshake newHandshake() {
        return new ServerHandshake(identity);
    }

    /** Answers a client's first message; a fault can turn a resumption down. */
    ServerHandshake.HelloAnswer answerHello(ServerHandshake handshake, byte[] hello) {
        ServerHandshake.HelloAnswer answer = handshake.answerHello(
                hello, () -> faults.strike(FaultKind.REFUSE_RESUME, null).isEmpty());
        stats.greeted(answer.pattern());
        return answer;
    }

    Faults faults() {
        return faults;
    }

    Stats stats() {
        return stats;
    }

    /** A client has finished the handshake; its first node must not come too soon for it. */
    void opened(Connection connection, byte[] payload) {
        connections.add(connection);
        connection.after(firstNodeDelay, () -> {
            try {
                begin(connection, ClientPayload.parse(payload));
            } catch (MalformedProtoException | IllegalArgumentException e) {
                rules.refusals().refuse(Rule.WELL_FORMED, null, "a malformed client payload: " + e.getMessage());
                LOG.warn("A client sent a malformed payload: {}", e.toString());
                connection.end(Stanza.failure(BAD_REQUEST));
            }
        });
    }

    private void begin(Connection connection, ClientPayload payload) {
        OptionalInt refusal = checks.refusal(payload);
        if (refusal.isPresent()) {
            connection.end(Stanza.failure(refusal.getAsInt()));
            return;
        }
        if (payload.isRegistration()) {
            register(connection, Registration.parse(payload), payload.pushName());
        } else {
            login.login(connection, payload.number(), payload.device());
            if (connection.companion() != null) {
                checks.expiration(payload).ifPresent(connection::send);
            }
        }
        connection.takeEarly().forEach(node -> received(connection, node));
    }

    /** A client that is not paired yet has no number, so only a fault for all sessions strikes it. */
    private void register(Connection connection, Registration registration, @Nullable String pushName) {
        faults.strike(FaultKind.REFUSE_LOGIN, null)
                .ifPresentOrElse(
                        refusal -> connection.end(Stanza.failure(refusal.code())),
                        () -> pairing.put(connection, pairings.begin(connection, registration, pushName)));
    }

    void received(Connection connection, Node node) {
        Companion companion = connection.companion();
        if (companion == null) {
            receivedBeforeLogin(connection, node);
            return;
        }
        switch (node.tag()) {
            case "iq" -> answer(connection, companion, node);
            case "message" -> messages.relay(connection, companion, node);
            case "receipt" -> {
                companion.confirm(node);
                connection.send(Stanza.ack(node, clock));
                receipts.relay(companion, node);
            }
            case "notification", "call" -> connection.send(Stanza.ack(node, clock));
            case "presence" -> presence.presence(companion, node);
            case "chatstate" -> presence.chatState(companion, node);
            case "ack" -> companion.confirm(node);
            case "ib" -> {
                node.child("offline_batch")
                        .flatMap(batch -> batch.number("count"))
                        .ifPresent(companion::ask);
                node.child("unified_session").ifPresent(session -> companion.nameSession(session.text("id")));
            }
            default -> {
                // Nothing else asks for anything.
            }
        }
    }

    private void receivedBeforeLogin(Connection connection, Node node) {
        Pairing offered = pairing.get(connection);
        if (offered == null) {
            connection.keepEarly(node);
        } else if (node.is("iq") && node.has("type", "result")) {
            offered.answered(node);
        } else if (node.is("iq") && node.has("xmlns", "w:p")) {
            connection.send(Stanza.iqResult(node));
        } else if (node.is("iq") && !node.has("type", "error")) {
            offered.queries()
                    .answer(node)
                    .ifPresentOrElse(
                            answer -> {
                                var _ = answer.thenAccept(connection::send);
                            },
                            () -> connection.send(Stanza.iqError(node, NOT_AUTHORIZED, "not-authorized")));
        }
    }

    /** Lets the first handler that knows the query answer it. A query that none knows gets WhatsApp's 501. */
    private void answer(Connection connection, Companion companion, Node iq) {
        if (iq.has("type", "result") || iq.has("type", "error")) {
            return;
        }
        for (IqHandler handler : iqHandlers) {
            Optional<CompletableFuture<Node>> answer = handler.answer(companion, iq);
            if (answer.isPresent()) {
                var _ = answer.get().thenAccept(connection::send);
                return;
            }
        }
        LOG.debug("No handler knows {}", iq);
        connection.send(Stanza.iqError(iq, NOT_IMPLEMENTED, "feature-not-implemented"));
    }

    void closed(Connection connection) {
        connections.remove(connection);
        Pairing offered = pairing.remove(connection);
        if (offered != null) {
            offered.closed();
        }
        Companion companion = connection.companion();
        if (companion != null) {
            companion.detach(connection);
            presence.disconnected(companion);
        }
    }

    /** Lets a fault strike the connections that are open now, as often as it may. */
    public void strike(Fault fault) {
        for (Connection connection : connections) {
            if (connection.companion() != null) {
                login.strike(connection, fault.kind());
            }
        }
    }

    /** Ends every connection. */
    public void closeAll() {
        connections.forEach(Connection::close);
    }
}
