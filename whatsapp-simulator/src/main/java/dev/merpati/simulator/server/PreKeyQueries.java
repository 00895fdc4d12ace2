package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionKeys;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The key server: clients upload their pre-keys and fetch the bundles of others. */
final class PreKeyQueries implements IqHandler {
    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_ACCEPTABLE = 406;

    private final PhoneDirectory phones;
    private final PreKeySupply supply;
    private final Rules rules;
    private final Faults faults;
    private final Clock clock;
    private final Stats stats;

    PreKeyQueries(PhoneDirectory phones, PreKeySupply supply, Rules rules, Faults faults, Clock clock, Stats stats) {
        this.phones = phones;
        this.supply = supply;
        this.rules = rules;
        this.faults = faults;
        this.clock = clock;
        this.stats = stats;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        if (!iq.has("xmlns", "encrypt")) {
            return Optional.empty();
        }
        return iq.has("type", "set") ? IqHandler.now(upload(companion, iq)) : fetch(companion, iq);
    }

    private Optional<CompletableFuture<Node>> fetch(Companion companion, Node iq) {
        CompanionKeys keys = companion.keys();
        if (iq.child("count").isPresent()) {
            Node count = Node.of("count").with("value", String.valueOf(keys.left()));
            return IqHandler.now(Stanza.iqResult(iq, count));
        }
        if (iq.child("digest").isPresent()) {
            return IqHandler.now(
                    keys.wasSupplied()
                            ? Stanza.iqResult(iq, digest(keys))
                            : Stanza.iqError(iq, NOT_FOUND, "item-not-found"));
        }
        return iq.child("key").map(key -> {
            stats.keyQueries.increment();
            if (namesGoneDevice(key) && isEnforced(Rule.CURRENT_DEVICES, companion)) {
                rules.refusals().refuse(Rule.CURRENT_DEVICES, companion.jid(), iq);
                return CompletableFuture.completedFuture(Stanza.iqError(iq, NOT_ACCEPTABLE, "not-acceptable"));
            }
            boolean bad = faults.strike(FaultKind.BAD_KEYS, companion.number()).isPresent();
            return bundles(
                    iq, key.children("user"), user -> bad && !user.text("jid").startsWith(companion.number()));
        });
    }

    /** Whether a query names a device that is not linked, or not any more. */
    private boolean namesGoneDevice(Node key) {
        return key.children("user").stream()
                .map(user -> Jid.parse(user.attribute("jid")))
                .anyMatch(jid -> jid.isPresent()
                        && jid.get().device() != 0
                        && phones.registered(jid.get())
                                .filter(phone ->
                                        phone.companion(jid.get().device()).isEmpty())
                                .isPresent());
    }

    private boolean isEnforced(Rule rule, Companion companion) {
        return phones.existing(companion.number())
                .map(phone -> rules.enforced(rule, phone))
                .orElseGet(() -> rules.enforced(rule));
    }

    private Node refuse(Rule rule, Companion companion, Node iq) {
        rules.refusals().refuse(rule, companion.jid(), iq);
        return Stanza.iqError(iq, BAD_REQUEST, "bad-request");
    }

    private Node upload(Companion companion, Node iq) {
        Optional<Node> rotated = iq.child("rotate").flatMap(rotate -> rotate.child("skey"));
        Optional<Node> skey = rotated.or(() -> iq.child("skey"));
        if (skey.isEmpty()) {
            return refuse(Rule.WELL_FORMED, companion, iq);
        }
        CompanionKeys keys = companion.keys();
        // A rotation of the signed pre-key alone does not name the identity.
        boolean otherIdentity = iq.childContent("identity")
                .filter(identity -> !Arrays.equals(Keys.untyped(identity), keys.identityKey()))
                .isPresent();
        if (otherIdentity) {
            return refuse(Rule.OWN_IDENTITY_KEY, companion, iq);
        }
        CompanionKeys.SignedPreKey signed = new CompanionKeys.SignedPreKey(
                id(skey.get()),
                Keys.untyped(skey.get().childContent("value").orElseThrow()),
                skey.get().childContent("signature").orElseThrow());
        if (!Keys.verify(keys.identityKey(), Keys.typed(signed.key()), signed.signature())) {
            return refuse(Rule.OWN_IDENTITY_KEY, companion, iq);
        }
        if (rotated.isPresent()) {
            keys.rotate(signed);
        } else {
            List<PreKeyBundle.Some> oneTime = oneTime(iq);
            if (isEnforced(Rule.FRESH_PRE_KEYS, companion) && !areFresh(oneTime, keys)) {
                return refuse(Rule.FRESH_PRE_KEYS, companion, iq);
            }
            int registrationId =
                    iq.childContent("registration").map(Bytes::fromBigEndian).orElse(keys.registrationId());
            keys.upload(registrationId, signed, oneTime);
        }
        phones.existing(companion.number()).ifPresent(Phone::touch);
        return Stanza.iqResult(iq);
    }

    private static List<PreKeyBundle.Some> oneTime(Node iq) {
        return iq.child("list").stream()
                .flatMap(list -> list.children("key").stream())
                .map(key -> new PreKeyBundle.Some(
                        id(key), Keys.untyped(key.childContent("value").orElseThrow())))
                .toList();
    }

    private static boolean areFresh(List<PreKeyBundle.Some> oneTime, CompanionKeys keys) {
        return oneTime.stream().noneMatch(key -> keys.hasSeen(key.id()))
                && oneTime.stream().map(PreKeyBundle.Some::id).distinct().count() == oneTime.size();
    }

    /** @param bad whose phones' bundles are unusable; those of companions are not */
    private CompletableFuture<Node> bundles(Node iq, List<Node> users, Predicate<Node> bad) {
        List<CompletableFuture<Node>> answers =
                users.stream().map(user -> bundle(user, bad.test(user))).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> Stanza.iqResult(
                        iq,
                        Node.of("list")
                                .children(answers.stream()
                                        .map(CompletableFuture::join)
                                        .toList())));
    }

    private CompletableFuture<Node> bundle(Node user, boolean bad) {
        Optional<Jid> jid = Jid.parse(user.attribute("jid"));
        Optional<Phone> phone = jid.flatMap(phones::registered);
        Node answer = Node.of("user").with("jid", user.text("jid")).with("t", Stanza.seconds(clock));
        if (phone.isEmpty()) {
            return CompletableFuture.completedFuture(answer.children(List.of(notFound())));
        }
        int device = jid.get().device();
        if (device == 0) {
            return phone.get()
                    .withKeys(SignalParty::bundle)
                    .thenApply(bundle -> answer.children(nodes(bad ? bundle.unsigned() : bundle)));
        }
        List<Node> nodes = phone.get()
                .companion(device)
                .map(companion -> nodes(supply.take(companion)))
                .orElse(List.of(notFound()));
        return CompletableFuture.completedFuture(answer.children(nodes));
    }

    private static List<Node> nodes(PreKeyBundle bundle) {
        Node registration = Node.of("registration", Bytes.bigEndian(bundle.registrationId(), 4));
        return Stream.concat(Stream.of(registration), Stanza.bundleKeys(bundle).stream())
                .toList();
    }

    private static Node digest(CompanionKeys keys) {
        CompanionKeys.SignedPreKey signed = keys.signed();
        List<PreKeyBundle.Some> oneTime = keys.oneTime();
        List<byte[]> hashed = new ArrayList<>(List.of(keys.identityKey(), signed.key(), signed.signature()));
        oneTime.forEach(key -> hashed.add(key.key()));
        List<Node> ids = oneTime.stream()
                .map(key -> Node.of("id", Bytes.bigEndian(key.id(), 3)))
                .toList();
        return Node.of(
                "digest",
                Node.of("registration", Bytes.bigEndian(keys.registrationId(), 4)),
                Node.of("type", Stanza.KEY_TYPE),
                Node.of("identity", keys.identityKey()),
                Node.of(
                        "skey",
                        Node.of("id", Bytes.bigEndian(signed.id(), 3)),
                        Node.of("value", signed.key()),
                        Node.of("signature", signed.signature())),
                Node.of("list").children(ids),
                Node.of("hash", Hash.sha1(hashed.toArray(byte[][]::new))));
    }

    private static Node notFound() {
        return Node.of("error").with("code", String.valueOf(NOT_FOUND)).with("text", "item-not-found");
    }

    private static int id(Node key) {
        return Bytes.fromBigEndian(key.childContent("id").orElseThrow());
    }
}
