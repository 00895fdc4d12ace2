package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code key_fetch}: the keys of single devices of users, as clients ask for them when a session is missing. As in {@code
 * SignalMissingPreKeysSyncApi.ts} of zapo.
 */
final class MissingPreKeys implements IqHandler {
    private static final int NOT_FOUND = 404;

    private final PhoneDirectory phones;
    private final PreKeySupply supply;

    MissingPreKeys(PhoneDirectory phones, PreKeySupply supply) {
        this.phones = phones;
        this.supply = supply;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        Optional<Node> fetch =
                iq.has("xmlns", "encrypt") && iq.has("type", "get") ? iq.child("key_fetch") : Optional.empty();
        return fetch.map(asked -> all(asked.children("user").stream()
                        .map(this::user)
                        .toList())
                .thenApply(users -> Stanza.iqResult(iq, Node.of("list").children(users))));
    }

    private CompletableFuture<Node> user(Node asked) {
        Node answer = Node.of("user").with("jid", asked.text("jid"));
        Optional<Phone> phone = Jid.parse(asked.attribute("jid")).flatMap(phones::registered);
        if (phone.isEmpty()) {
            return CompletableFuture.completedFuture(answer.children(List.of(
                    Node.of("error").with("code", String.valueOf(NOT_FOUND)).with("text", "item-not-found"))));
        }
        return all(asked.children("device").stream()
                        .flatMap(device -> device.number("id").stream())
                        .flatMap(id -> device(phone.get(), id).stream())
                        .toList())
                .thenApply(answer::children);
    }

    /** Empty for a device that is not linked. */
    private Optional<CompletableFuture<Node>> device(Phone phone, int id) {
        if (id == 0) {
            return Optional.of(phone.withKeys(SignalParty::bundle).thenApply(bundle -> node(0, bundle)));
        }
        return phone.companion(id)
                .map(companion -> CompletableFuture.completedFuture(node(id, supply.take(companion))));
    }

    private static Node node(int id, PreKeyBundle bundle) {
        List<Node> children = new ArrayList<>();
        children.add(Node.of("registration", Bytes.bigEndian(bundle.registrationId(), 4)));
        children.addAll(Stanza.bundleKeys(bundle));
        return Node.of("device").children(children).with("id", String.valueOf(id));
    }

    private static CompletableFuture<List<Node>> all(List<CompletableFuture<Node>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
    }
}
