package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Who is online, and who is typing to whom. A companion is told about those that it subscribed to; typing is told to all
 * connected companions of the other side. Neither waits for a device that is away. Thread-safe.
 */
public final class PresenceRelay {
    private final PhoneDirectory phones;
    private final Clock clock;
    private final Map<String, Set<Subscription>> subscriptions = new ConcurrentHashMap<>();
    private final Map<String, Long> lastSeen = new ConcurrentHashMap<>();
    private final Set<String> available = ConcurrentHashMap.newKeySet();

    /** Who wants to hear, under which of its addresses it knows the other side. */
    private record Subscription(Companion companion, boolean hidden) {}

    PresenceRelay(PhoneDirectory phones, Clock clock) {
        this.phones = phones;
        this.clock = clock;
    }

    /** Takes a client's {@code presence}. */
    void presence(Companion companion, Node presence) {
        String type = presence.text("type");
        if (type.equals("subscribe")) {
            subscribe(companion, presence);
        } else {
            String name = presence.attribute("name");
            if (name != null) {
                companion.rename(name);
            }
            if (!type.isEmpty() || name != null) {
                announce(companion.number(), !type.equals("unavailable"));
            }
        }
    }

    private void subscribe(Companion companion, Node presence) {
        Jid.parse(presence.attribute("to")).filter(Jid::isUser).ifPresent(to -> {
            String number = PhoneDirectory.numberOf(to);
            Subscription subscription = new Subscription(companion, to.isHidden());
            subscriptions
                    .computeIfAbsent(number, _ -> ConcurrentHashMap.newKeySet())
                    .add(subscription);
            if (available.contains(number) || lastSeen.containsKey(number)) {
                tell(subscription, number);
            }
        });
    }

    /** Tells those who want to know that an account is online or no longer is. */
    public void announce(String number, boolean online) {
        if (online) {
            available.add(number);
        } else {
            available.remove(number);
            lastSeen.put(number, clock.instant().getEpochSecond());
        }
        subscriptions.getOrDefault(number, Set.of()).forEach(subscription -> tell(subscription, number));
    }

    private void tell(Subscription subscription, String number) {
        boolean online = available.contains(number);
        Long last = lastSeen.get(number);
        Node presence = Node.of("presence")
                .with("from", address(Jid.phone(number), subscription.hidden()).toString())
                .with("type", online ? null : "unavailable")
                .with("last", online || last == null ? null : last.toString());
        sendIfConnected(subscription.companion(), presence);
    }

    /** Takes a client's chat state: the other phone shows it, and its companions hear of it. */
    void chatState(Companion companion, Node stanza) {
        Optional<Jid> to = Jid.parse(stanza.attribute("to")).filter(Jid::isUser);
        if (to.isPresent() && !stanza.children().isEmpty()) {
            Node state = stanza.children().getFirst();
            phones.existing(PhoneDirectory.numberOf(to.get())).ifPresent(phone -> {
                phone.typing().put(companion.number(), stateName(state));
                tell(phone, address(companion.jid(), to.get().isHidden()), state);
            });
        }
    }

    /** The phone's owner begins or ends to type or to record. */
    public void typing(Phone from, Phone to, ChatState state, boolean hidden) {
        to.typing().put(from.number(), state.wireName());
        tell(to, address(from.jid(), hidden), state.node());
    }

    private static void tell(Phone phone, Jid from, Node state) {
        Node chatState = Node.of("chatstate", state).with("from", from.toString());
        phone.companions().forEach(companion -> sendIfConnected(companion, chatState));
    }

    /** The account's last companion is gone. */
    void disconnected(Companion companion) {
        boolean others = phones.existing(companion.number()).stream()
                .flatMap(phone -> phone.companions().stream())
                .anyMatch(other -> other.connection() != null);
        if (!others && available.contains(companion.number())) {
            announce(companion.number(), false);
        }
    }

    /** Forgets everything. */
    void clear() {
        subscriptions.clear();
        lastSeen.clear();
        available.clear();
    }

    /** The numbers that are online. */
    public Set<String> online() {
        return available.stream().collect(Collectors.toUnmodifiableSet());
    }

    private static String stateName(Node state) {
        return state.has("media", "audio") ? ChatState.RECORDING.wireName() : state.tag();
    }

    private Jid address(Jid device, boolean hidden) {
        return hidden ? phones.hiddenJid(device.user(), device.device()) : device;
    }

    private static void sendIfConnected(Companion companion, Node node) {
        var connection = companion.connection();
        if (connection != null) {
            connection.send(node);
        }
    }
}
