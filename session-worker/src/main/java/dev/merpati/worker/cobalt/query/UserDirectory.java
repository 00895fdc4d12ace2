package dev.merpati.worker.cobalt.query;

import static java.util.Collections.synchronizedMap;

import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks WhatsApp about users: which numbers are registered and under which address, and which devices an account has.
 * Addresses and devices are cached for the life of a connection, for a bounded number of users; that a number is not
 * registered is not cached. Thread-safe.
 *
 * <p>The address can differ from the digits that are dialled: Brazil's mobile numbers registered before 2012 lack the
 * ninth digit, and Mexico's and Argentina's are dialled with and without a 1 or 9. A message to the other form is
 * acknowledged by the server and reaches nobody.
 */
public final class UserDirectory {
    private static final int CAPACITY = 1_000;

    private final IqClient iq;
    /** By the digits that are dialled. */
    private final Map<String, Jid> addresses = synchronizedMap(new LeastRecentlyUsed<>());

    /** By the digits of the address. */
    private final Map<String, List<Jid>> devices = synchronizedMap(new LeastRecentlyUsed<>());

    public UserDirectory(IqClient iq) {
        this.iq = iq;
    }

    /** Asks in one query which numbers are registered. */
    public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Deadline deadline) {
        Map<String, NumberCheck> checks = phoneNumbers.stream()
                .collect(Collectors.toMap(
                        number -> number, _ -> NumberCheck.UNKNOWN, (first, _) -> first, HashMap::new));
        if (queryContacts(phoneNumbers, deadline) instanceof IqClient.Result(Node result)) {
            users(result).forEach(user -> readContact(user, checks));
        }
        return checks;
    }

    /**
     * Returns the address to send to, from the cache or by one query. It is made of the digits as they are only when
     * WhatsApp's response names none: without a response nothing is sent, since it might reach nobody.
     */
    public Jid addressOf(String phoneNumber, Deadline deadline) throws SendFailedException {
        if (!addresses.containsKey(phoneNumber)) {
            switch (queryContacts(List.of(phoneNumber), deadline)) {
                case IqClient.Result(Node result) -> {
                    Map<String, NumberCheck> checks = new HashMap<>(Map.of(phoneNumber, NumberCheck.UNKNOWN));
                    users(result).forEach(user -> readContact(user, checks));
                }
                case IqClient.Refused(int code) when !IqClient.isPassing(code) -> {
                    // It does not tell addresses to this account.
                }
                case IqClient.Refused(int code) ->
                    throw new SendFailedException(new SendResult.NotSent("the contact query was refused: " + code));
                case IqClient.Missing _ ->
                    throw new SendFailedException(new SendResult.NotSent("no response to the contact query"));
            }
        }
        Jid address = addresses.get(phoneNumber);
        return address == null ? Jid.of(phoneNumber) : address;
    }

    private IqClient.Response queryContacts(List<String> phoneNumbers, Deadline deadline) {
        Node[] users = phoneNumbers.stream()
                .map(number -> Node.of("user", Node.of("contact", ("+" + number).getBytes(StandardCharsets.UTF_8))))
                .toArray(Node[]::new);
        return query("interactive", Node.of("contact"), deadline, users);
    }

    /**
     * Returns the devices of all the users together. A user for whom the server lists none gets the main device, which
     * every account has.
     */
    public List<Jid> devicesOf(List<Jid> users, Deadline deadline) throws SendFailedException {
        List<Jid> missing =
                users.stream().filter(user -> !devices.containsKey(user.user())).toList();
        if (!missing.isEmpty()) {
            queryDevices(missing, deadline);
        }
        return users.stream().flatMap(this::cachedDevices).toList();
    }

    /** Drops a user from the cache because the user's devices have changed. */
    public void forget(Jid user) {
        devices.remove(user.user());
    }

    private Stream<Jid> cachedDevices(Jid user) {
        return devices.getOrDefault(user.user(), List.of(user.toSimpleJid())).stream();
    }

    private void queryDevices(List<Jid> users, Deadline deadline) throws SendFailedException {
        Node[] list = users.stream()
                .map(user -> Node.of("user", Map.of("jid", user.toSimpleJid())))
                .toArray(Node[]::new);
        switch (query("message", Node.of("devices", Map.of("version", "2")), deadline, list)) {
            case IqClient.Result(Node result) -> users(result).forEach(this::readDevices);
            case IqClient.Refused(int code) ->
                throw new SendFailedException(
                        IqClient.isPassing(code)
                                ? new SendResult.NotSent("the device query was refused: " + code)
                                : new SendResult.RecipientUnreachable("the device query was refused: " + code));
            case IqClient.Missing _ ->
                throw new SendFailedException(new SendResult.NotSent("no response to the device query"));
        }
    }

    private IqClient.Response query(String context, Node protocol, Deadline deadline, Node... users) {
        Attributes attributes = Attributes.of()
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
    private void readContact(Node user, Map<String, NumberCheck> checks) {
        user.findChild("contact").ifPresent(contact -> {
            NumberStatus status = switch (contact.attributes().getString("type")) {
                case "in" -> NumberStatus.VALID;
                case "out" -> NumberStatus.INVALID;
                default -> NumberStatus.UNKNOWN;
            };
            askedNumber(user, contact, checks).ifPresent(number -> {
                Optional<Jid> address = user.attributes().getOptionalJid("jid").filter(UserDirectory::isPhoneNumber);
                Optional<Jid> known =
                        status == NumberStatus.VALID ? address.map(Device::wellFormed) : Optional.<Jid>empty();
                known.ifPresent(jid -> addresses.put(number, jid.toSimpleJid()));
                checks.put(number, new NumberCheck(status, known.map(Jid::user).orElse(null)));
            });
        });
    }

    /** Returns the number as it was asked; the address differs where a country writes its numbers in two ways. */
    private static Optional<String> askedNumber(Node user, Node contact, Map<String, NumberCheck> asked) {
        Optional<String> echoed =
                contact.contentAsString().map(text -> text.startsWith("+") ? text.substring(1) : text);
        Optional<String> addressed = user.attributes().getOptionalJid("jid").map(Jid::user);
        return echoed.filter(asked::containsKey).or(() -> addressed.filter(asked::containsKey));
    }

    private static boolean isPhoneNumber(Jid address) {
        return address.hasServer(JidServer.whatsapp()) || address.hasServer(JidServer.user());
    }

    private void readDevices(Node user) {
        Jid address = Device.wellFormed(user.attributes().getRequiredJid("jid"));
        List<Jid> usable = user.findChild("devices").flatMap(node -> node.findChild("device-list")).stream()
                .flatMap(list -> list.streamChildren("device"))
                .filter(UserDirectory::isUsable)
                .map(device -> address.withDevice(device.attributes().getInt("id")))
                .toList();
        if (!usable.isEmpty()) {
            devices.put(address.user(), usable);
        }
    }

    /** A companion without a key index is not linked properly. */
    private static boolean isUsable(Node device) {
        return device.attributes().getInt("id") == 0 || device.attributes().hasKey("key-index");
    }

    private static final class LeastRecentlyUsed<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        LeastRecentlyUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > CAPACITY;
        }
    }
}
