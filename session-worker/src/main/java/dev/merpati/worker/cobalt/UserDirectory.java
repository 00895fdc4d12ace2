package dev.merpati.worker.cobalt;

import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Asks WhatsApp about users: which numbers are registered, and which devices an account has. Devices are cached for the
 * life of a connection, for a bounded number of users; statuses of numbers are not. Thread-safe.
 */
final class UserDirectory {
    private static final int CAPACITY = 1_000;

    private final IqClient iq;
    private final Map<String, List<Jid>> devices = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Jid>> eldest) {
            return size() > CAPACITY;
        }
    };

    UserDirectory(IqClient iq) {
        this.iq = iq;
    }

    /** Asks in one query which numbers are registered. */
    Map<String, NumberStatus> checkNumbers(List<String> phoneNumbers, Deadline deadline) {
        var statuses = new HashMap<String, NumberStatus>();
        phoneNumbers.forEach(number -> statuses.put(number, NumberStatus.UNKNOWN));
        var users = phoneNumbers.stream()
                .map(number -> Node.of("user", Node.of("contact", ("+" + number).getBytes(StandardCharsets.UTF_8))))
                .toArray(Node[]::new);
        if (query("interactive", Node.of("contact"), deadline, users) instanceof IqClient.Result(Node result)) {
            users(result).forEach(user -> readContact(user, statuses));
        }
        return statuses;
    }

    /**
     * Returns the devices of all the users together. A user for whom the server lists none gets the main device, which
     * every account has.
     */
    List<Jid> devicesOf(List<Jid> users, Deadline deadline) throws SendFailedException {
        var missing = users.stream().filter(user -> !isCached(user)).toList();
        if (!missing.isEmpty()) {
            queryDevices(missing, deadline);
        }
        return users.stream().flatMap(this::cachedDevices).toList();
    }

    /** Drops a user from the cache because the user's devices have changed. */
    void forget(Jid user) {
        synchronized (devices) {
            devices.remove(user.user());
        }
    }

    private boolean isCached(Jid user) {
        synchronized (devices) {
            return devices.containsKey(user.user());
        }
    }

    private Stream<Jid> cachedDevices(Jid user) {
        synchronized (devices) {
            return devices.getOrDefault(user.user(), List.of(user.toSimpleJid())).stream();
        }
    }

    private void queryDevices(List<Jid> users, Deadline deadline) throws SendFailedException {
        var list = users.stream()
                .map(user -> Node.of("user", Map.of("jid", user.toSimpleJid())))
                .toArray(Node[]::new);
        switch (query("message", Node.of("devices", Map.of("version", "2")), deadline, list)) {
            case IqClient.Result(Node result) -> users(result).forEach(this::readDevices);
            case IqClient.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("the device query was refused: " + code));
            case IqClient.Missing() ->
                throw new SendFailedException(new SendResult.NotSent("no response to the device query"));
        }
    }

    private IqClient.Response query(String context, Node protocol, Deadline deadline, Node... users) {
        var attributes = Attributes.of()
                .put(
                        "sid",
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()))
                .put("mode", "query")
                .put("last", "true")
                .put("index", "0")
                .put("context", context);
        return iq.query(
                "get",
                "usync",
                deadline,
                Node.of("usync", attributes, Node.of("query", protocol), Node.of("list", users)));
    }

    private static Stream<Node> users(Node result) {
        return result.findChild("usync").flatMap(usync -> usync.findChild("list")).stream()
                .flatMap(list -> list.streamChildren("user"));
    }

    /** A user about whom the server says nothing clear stays {@code UNKNOWN}. */
    private static void readContact(Node user, Map<String, NumberStatus> statuses) {
        user.findChild("contact").ifPresent(contact -> {
            var status = switch (contact.attributes().getString("type")) {
                case "in" -> NumberStatus.VALID;
                case "out" -> NumberStatus.INVALID;
                default -> NumberStatus.UNKNOWN;
            };
            askedNumber(user, contact, statuses).ifPresent(number -> statuses.put(number, status));
        });
    }

    /** Returns the number as it was asked; the address differs where a country writes its numbers in two ways. */
    private static Optional<String> askedNumber(Node user, Node contact, Map<String, NumberStatus> asked) {
        var echoed = contact.contentAsString().map(text -> text.startsWith("+") ? text.substring(1) : text);
        var addressed = user.attributes().getOptionalJid("jid").map(Jid::user);
        return echoed.filter(asked::containsKey).or(() -> addressed.filter(asked::containsKey));
    }

    private void readDevices(Node user) {
        var address = Device.wellFormed(user.attributes().getRequiredJid("jid"));
        var usable = user.findChild("devices").flatMap(node -> node.findChild("device-list")).stream()
                .flatMap(list -> list.streamChildren("device"))
                .filter(UserDirectory::isUsable)
                .map(device -> address.withDevice(device.attributes().getInt("id")))
                .toList();
        if (!usable.isEmpty()) {
            synchronized (devices) {
                devices.put(address.user(), usable);
            }
        }
    }

    /** A companion without a key index is not linked properly. */
    private static boolean isUsable(Node device) {
        return device.attributes().getInt("id") == 0 || device.attributes().hasKey("key-index");
    }
}
