package dev.merpati.worker.cobalt.query;

import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.BoundedCache;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.address.Namespace;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks WhatsApp about users: which numbers are registered and under which number and hidden id, and which devices an
 * account has. All of it is asked in one query where one number is meant. Devices are cached for the life of a connection,
 * for a bounded number of users, and until WhatsApp says that they have changed; that a number is not registered is not
 * cached. Thread-safe.
 *
 * <p>The number can differ from the digits that are dialled: Brazil's mobile numbers registered before 2012 lack the
 * ninth digit, and Mexico's and Argentina's are dialled with and without a 1 or 9. A message to the other form is
 * acknowledged by the server and reaches nobody.
 */
public final class UserDirectory {
    private static final int CAPACITY = 1_000;
    private static final Node DEVICES = Node.of("devices", Map.of("version", "2"));
    private static final Node LID = Node.of("lid");

    private final IqClient iq;
    private final Address self;
    private final AccountTraits traits;
    private final LidMap lids;
    /** By the digits that are dialled, and by those of the number that WhatsApp names. */
    private final BoundedCache<String, Recipient> recipients = new BoundedCache<>(CAPACITY);

    private final BoundedCache<Address, List<Address>> devices = new BoundedCache<>(CAPACITY);

    /** Numbers whose hidden id WhatsApp has called out of date. */
    private final BoundedCache<String, Boolean> outdated = new BoundedCache<>(CAPACITY);

    /** How often devices have changed, so that a response that was under way meanwhile is not cached. */
    private final AtomicLong changes = new AtomicLong();

    /** @param self this device, under its number */
    public UserDirectory(IqClient iq, Address self, AccountTraits traits, LidMap lids) {
        this.iq = iq;
        this.self = self;
        this.traits = traits;
        this.lids = lids;
    }

    /** Asks in one query which numbers are registered. */
    public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Deadline deadline) {
        Map<String, NumberCheck> checks = phoneNumbers.stream()
                .collect(Collectors.toMap(
                        number -> number, _ -> NumberCheck.UNKNOWN, (first, _) -> first, HashMap::new));
        long before = changes.get();
        if (queryContacts(phoneNumbers, deadline) instanceof IqClient.Result(Node result)) {
            users(result).forEach(user -> readContact(user, checks, before));
        }
        return checks;
    }

    /**
     * Returns whom a number belongs to, from what is known or by one query. It is the digits as they are only when
     * WhatsApp's response names none: without a response nothing is sent, since it might reach nobody.
     */
    public Recipient recipient(String phoneNumber, Deadline deadline) throws SendFailedException {
        Recipient known = recipients.get(phoneNumber);
        if (known == null && outdated.get(phoneNumber) == null) {
            known = lids.lidOf(phoneNumber)
                    .map(lid -> new Recipient(phoneNumber, lid))
                    .orElse(null);
        }
        if (known == null) {
            known = ask(phoneNumber, deadline);
        }
        return current(known);
    }

    private Recipient ask(String phoneNumber, Deadline deadline) throws SendFailedException {
        long before = changes.get();
        switch (queryContacts(List.of(phoneNumber), deadline)) {
            case IqClient.Result(Node result) -> {
                Map<String, NumberCheck> checks = new HashMap<>(Map.of(phoneNumber, NumberCheck.UNKNOWN));
                users(result).forEach(user -> readContact(user, checks, before));
            }
            case IqClient.Refused(int code) when !IqClient.isPassing(code) -> {
                // It does not tell addresses to this account.
            }
            case IqClient.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("the contact query was refused: " + code));
            case IqClient.Missing _ ->
                throw new SendFailedException(new SendResult.NotSent("no response to the contact query"));
        }
        Recipient told = recipients.get(phoneNumber);
        if (told != null && told.lid() != null) {
            lids.put(told.number(), told.lid());
            outdated.remove(phoneNumber);
            outdated.remove(told.number());
        }
        return told == null ? new Recipient(phoneNumber, null) : told;
    }

    /** The hidden id as it is known now: others than this class learn it too. What a check has told is stored. */
    private Recipient current(Recipient recipient) {
        String lid = lids.lidOf(recipient.number()).orElse(null);
        if (lid == null && recipient.lid() != null) {
            lids.put(recipient.number(), recipient.lid());
            lid = recipient.lid();
        }
        Recipient current = Objects.equals(lid, recipient.lid()) ? recipient : new Recipient(recipient.number(), lid);
        recipients.put(current.number(), current);
        return current;
    }

    /** Drops the hidden id of a recipient, which is not valid any more: the next message asks for it again. */
    public void outdate(Recipient recipient) {
        outdated.put(recipient.number(), true);
        recipients.removeIf(known -> known.number().equals(recipient.number()));
        recipient.hidden().ifPresent(this::forget);
    }

    private IqClient.Response queryContacts(List<String> phoneNumbers, Deadline deadline) {
        Node[] users = phoneNumbers.stream()
                .map(number -> Node.of("user", Node.of("contact", ("+" + number).getBytes(StandardCharsets.UTF_8))))
                .toArray(Node[]::new);
        // As whatsmeow's IsOnWhatsApp: the hidden id as the address, and the number beside it.
        Node contact = traits.isMigrated() ? Node.of("contact", Map.of("addressing_mode", "lid")) : Node.of("contact");
        List<Node> protocols = users.length == 1 ? List.of(contact, DEVICES, LID) : List.of(contact, LID);
        return query("interactive", protocols, deadline, users);
    }

    /**
     * Returns the devices of all the users together. A user for whom the server lists none gets the main device, which
     * every account has.
     */
    public List<Address> devicesOf(List<Address> users, Deadline deadline) throws SendFailedException {
        Map<Address, List<Address>> known = new HashMap<>();
        for (Address user : users) {
            List<Address> cached = devices.get(user);
            if (cached != null) {
                known.put(user, cached);
            }
        }
        List<Address> missing =
                users.stream().filter(user -> !known.containsKey(user)).toList();
        if (!missing.isEmpty()) {
            known.putAll(queryDevices(missing, deadline));
        }
        return users.stream()
                .flatMap(user -> known.getOrDefault(user, List.of(user)).stream())
                .toList();
    }

    /** Whether the server lists devices of one of the users; asks for those of all of them if it has not told. */
    public boolean knowsDevices(List<Address> users, Address user, Deadline deadline) throws SendFailedException {
        return devices.get(user) != null
                || queryDevices(missing(users), deadline).containsKey(user);
    }

    private List<Address> missing(List<Address> users) {
        return users.stream().filter(user -> devices.get(user) == null).toList();
    }

    /** Drops the devices of a user, because they have changed, under the number and the hidden id. */
    public void forget(Address user) {
        changes.incrementAndGet();
        devices.remove(user.account());
        if (isOwn(user)) {
            devices.remove(self.account());
            traits.ownLid().map(Address::ofLid).ifPresent(devices::remove);
        }
        for (Recipient recipient : recipients.values()) {
            if (recipient.number().equals(user.user()) || user.user().equals(recipient.lid())) {
                devices.remove(recipient.numbered());
                recipient.hidden().ifPresent(devices::remove);
            }
        }
    }

    private boolean isOwn(Address user) {
        return user.user().equals(self.user())
                || traits.ownLid().filter(user.user()::equals).isPresent();
    }

    private Map<Address, List<Address>> queryDevices(List<Address> users, Deadline deadline)
            throws SendFailedException {
        Node[] list = users.stream()
                .map(user -> Node.of("user", Map.of("jid", user.toJid())))
                .toArray(Node[]::new);
        boolean byNumber = users.stream().noneMatch(Address::isLid);
        long before = changes.get();
        return switch (query("message", byNumber ? List.of(DEVICES, LID) : List.of(DEVICES), deadline, list)) {
            case IqClient.Result(Node result) -> {
                Map<Address, List<Address>> told = new HashMap<>();
                users(result).forEach(user -> {
                    Address.in(user, "jid")
                            .ifPresent(account -> told.putAll(readDevices(user, account.account(), before)));
                    learn(user);
                });
                yield told;
            }
            case IqClient.Refused(int code) ->
                throw new SendFailedException(
                        IqClient.isPassing(code)
                                ? new SendResult.NotSent("the device query was refused: " + code)
                                : new SendResult.RecipientUnreachable("the device query was refused: " + code));
            case IqClient.Missing _ ->
                throw new SendFailedException(new SendResult.NotSent("no response to the device query"));
        };
    }

    /** A response by number tells the hidden id beside it. */
    private void learn(Node user) {
        Optional<Address> number = Address.in(user, "jid").filter(address -> !address.isLid());
        number.ifPresent(told -> lidIn(user).ifPresent(lid -> lids.put(told.user(), lid)));
    }

    private IqClient.Response query(String context, List<Node> protocols, Deadline deadline, Node... users) {
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
                Node.of("usync", attributes, Node.of("query", protocols.toArray(Node[]::new)), Node.of("list", users)));
    }

    private static Stream<Node> users(Node result) {
        return result.findChild("usync").flatMap(usync -> usync.findChild("list")).stream()
                .flatMap(list -> list.streamChildren("user"));
    }

    /** A user about whom the server says nothing clear stays {@code UNKNOWN}. */
    private void readContact(Node user, Map<String, NumberCheck> checks, long before) {
        user.findChild("contact").ifPresent(contact -> {
            NumberStatus status = switch (contact.attributes().getString("type")) {
                case "in" -> NumberStatus.VALID;
                case "out" -> NumberStatus.INVALID;
                default -> NumberStatus.UNKNOWN;
            };
            askedNumber(user, contact, checks).ifPresent(number -> {
                Optional<String> named = status == NumberStatus.VALID ? numberIn(user) : Optional.empty();
                checks.put(number, new NumberCheck(status, named.orElse(null)));
                if (status == NumberStatus.VALID) {
                    Recipient recipient =
                            new Recipient(named.orElse(number), lidIn(user).orElse(null));
                    recipients.put(number, recipient);
                    recipients.put(recipient.number(), recipient);
                    Address.in(user, "jid").ifPresent(account -> readDevices(user, account.account(), before));
                }
            });
        });
    }

    /** Returns the number as it was asked; the address differs where a country writes its numbers in two ways. */
    private static Optional<String> askedNumber(Node user, Node contact, Map<String, NumberCheck> asked) {
        Optional<String> echoed =
                contact.contentAsString().map(text -> text.startsWith("+") ? text.substring(1) : text);
        return echoed.filter(asked::containsKey).or(() -> numberIn(user).filter(asked::containsKey));
    }

    private static Optional<String> numberIn(Node user) {
        return Stream.of(Address.in(user, "pn_jid"), Address.in(user, "jid"))
                .flatMap(Optional::stream)
                .filter(address -> !address.isLid())
                .map(Address::user)
                .findFirst();
    }

    private static Optional<String> lidIn(Node user) {
        return Stream.of(Address.in(user, "jid"), user.findChild("lid").flatMap(lid -> Address.in(lid, "val")))
                .flatMap(Optional::stream)
                .filter(Address::isLid)
                .map(Address::user)
                .findFirst();
    }

    private Map<Address, List<Address>> readDevices(Node user, Address account, long before) {
        List<Address> usable = new ArrayList<>();
        user.findChild("devices").flatMap(node -> node.findChild("device-list")).stream()
                .flatMap(list -> list.streamChildren("device"))
                .map(device -> device(account, device))
                .flatMap(Stream::ofNullable)
                .distinct()
                .forEach(usable::add);
        if (usable.isEmpty()) {
            return Map.of();
        }
        if (changes.get() == before) {
            devices.put(account, List.copyOf(usable));
        }
        return Map.of(account, usable);
    }

    /** A companion without a key index is not linked properly; a hosted one is in a namespace of its own. */
    private static @Nullable Address device(Address account, Node device) {
        int number = device.attributes().getInt("id");
        if (number != 0 && !device.attributes().hasKey("key-index")) {
            return null;
        }
        if (!device.attributes().hasValue("is_hosted", "true")) {
            return account.withDevice(number);
        }
        return new Address(account.isLid() ? Namespace.HOSTED_LID : Namespace.HOSTED, account.user(), number);
    }
}
