package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.cobalt.media.MediaDownloader;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.SessionRecords;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the part of the account's app state that sending needs: the salt of its own tokens, in {@code regular_high}.
 * Every MAC is verified, as clients do; a collection whose sum is wrong is fetched anew from its beginning, once. What
 * goes wrong is tried again when the server or the phone says more, and at the next login (whatsmeow {@code appstate}).
 */
public final class AppStateSync {
    private static final Logger log = LoggerFactory.getLogger(AppStateSync.class);

    private static final String FOLLOWED = "regular_high";
    private static final String KEY = "app-state-key:";
    private static final String COLLECTION = "app-state:";
    /** There while something is to be fetched, so that the next connection does it if this one does not. */
    private static final String DUE = "app-state-due";

    private static final byte[] YES = {1};
    private static final int MOST_ROUNDS = 100;
    private static final int SET = 0;
    private static final int NCT_SALT = 80;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SerialExecutor executor = new SerialExecutor("whatsapp-app-state");
    private final IqClient iq;
    private final MediaDownloader media;
    private final SessionRecords records;
    private final PrivacyTokens tokens;

    AppStateSync(IqClient iq, MediaDownloader media, SessionRecords records, PrivacyTokens tokens) {
        this.iq = iq;
        this.media = media;
        this.records = records;
        this.tokens = tokens;
    }

    /** The name under which a key is known. */
    static String name(byte[] keyId) {
        return HexFormat.of().formatHex(keyId);
    }

    /** Stores keys that the phone has shared, and fetches what can be read with them. */
    void keys(Map<String, byte[]> shared) {
        if (!shared.isEmpty()) {
            Map<String, byte @Nullable []> named = new HashMap<>();
            shared.forEach((name, key) -> named.put(KEY + name, key));
            named.put(DUE, YES);
            records.save(named);
            fetch();
        }
    }

    /** Takes {@code notification server_sync}: stores that something is to be fetched, and fetches it later. */
    void changed(Node notification) {
        if (notification
                .streamChildren("collection")
                .map(collection -> collection.attributes().getString("name", ""))
                .anyMatch(FOLLOWED::equals)) {
            changed();
        }
    }

    /** As {@link #changed(Node)}, when the server does not say what has changed. */
    void changed() {
        records.save(Map.of(DUE, YES));
        fetch();
    }

    /** Fetches what the connection before did not. Returns at once. */
    void begin() {
        executor.execute(() -> {
            try {
                if (records.load(List.of(DUE)).containsKey(DUE)) {
                    fetch();
                }
            } catch (RuntimeException e) {
                log.debug("Whether the app state is followed is not known: {}", e.toString());
            }
        });
    }

    private void fetch() {
        executor.execute(() -> {
            try {
                sync(FOLLOWED);
            } catch (MissingKeyException e) {
                log.debug("A key of the app state is still to come"); // With it, what it is for is fetched.
            } catch (UnusableException | IOException | MalformedProtobufException | GeneralSecurityException e) {
                log.warn("A collection of the app state is not usable: {}", e.getMessage());
            } catch (RuntimeException e) {
                log.debug("The app state is not followed now: {}", e.toString());
            }
        });
    }

    private void sync(String name)
            throws UnusableException, IOException, MalformedProtobufException, GeneralSecurityException {
        byte[] stored = records.load(List.of(COLLECTION + name)).get(COLLECTION + name);
        try {
            sync(name, AppStateCollection.of(stored));
        } catch (WrongSumException e) {
            log.debug("A collection of the app state is fetched anew: {}", e.getMessage());
            sync(name, AppStateCollection.empty());
        }
    }

    private void sync(String name, AppStateCollection known)
            throws UnusableException, IOException, MalformedProtobufException, GeneralSecurityException {
        AppStateCollection state = known;
        boolean more = true;
        for (int round = 0; more && round < MOST_ROUNDS; round++) {
            Optional<Node> answer = query(name, state.version());
            if (answer.isEmpty()) {
                return;
            }
            Node collection = answer.get();
            List<ProtoFields> values = new ArrayList<>();
            Optional<byte[]> snapshot = collection.findChild("snapshot").flatMap(Node::contentAsBytes);
            if (snapshot.isPresent()) {
                state = snapshot(name, external(ProtoFields.parse(snapshot.get())), values);
            }
            for (Node patch : collection
                    .findChild("patches")
                    .map(Node::children)
                    .map(List::copyOf)
                    .orElse(List.of())) {
                state = patch(name, ProtoFields.parse(patch.contentAsBytes().orElse(new byte[0])), state, values);
            }
            for (ProtoFields value : values) {
                apply(value);
            }
            more = collection.attributes().hasValue("has_more_patches", "true");
            Map<String, byte @Nullable []> changes = new HashMap<>();
            changes.put(COLLECTION + name, state.toBytes());
            if (!more) {
                changes.put(DUE, null);
            }
            records.save(changes);
        }
    }

    private Optional<Node> query(String name, long version) {
        Attributes attributes = Attributes.of()
                .put("name", name)
                .put("return_snapshot", Boolean.toString(version == 0))
                .put("version", Long.toString(version), version != 0);
        IqClient.Response response = iq.query(
                "set", "w:sync:app:state", Deadline.in(PATIENCE), Node.of("sync", Node.of("collection", attributes)));
        if (response instanceof IqClient.Result(Node result)) {
            return result.findChild("sync")
                    .flatMap(sync -> sync.findChild("collection"))
                    .filter(collection -> !collection.attributes().hasValue("type", "error"));
        }
        return Optional.empty();
    }

    private AppStateCollection snapshot(String name, byte[] bytes, List<ProtoFields> values)
            throws UnusableException, MalformedProtobufException, GeneralSecurityException {
        ProtoFields snapshot = ProtoFields.parse(bytes);
        AppStateCollection state = AppStateCollection.empty();
        state.version(version(snapshot));
        for (ProtoFields mutation : snapshot.messages(2)) {
            change(state, SET, mutation, values);
        }
        AppStateKeys keys = keys(snapshot, 4);
        if (!isEqual(snapshot.bytes(3), keys.snapshotMac(name, state.version(), state.hash()))) {
            throw new UnusableException("the MAC of a snapshot is wrong");
        }
        return state;
    }

    private AppStateCollection patch(
            String name, ProtoFields patch, AppStateCollection before, List<ProtoFields> values)
            throws UnusableException, IOException, MalformedProtobufException, GeneralSecurityException {
        AppStateCollection state = before.copy();
        state.version(version(patch));
        Optional<ProtoFields> reference = patch.message(3);
        List<ProtoFields> mutations = reference.isPresent()
                ? ProtoFields.parse(external(reference.get())).messages(1)
                : patch.messages(2);
        List<ProtoFields> changed = new ArrayList<>();
        ByteArrayOutputStream macs = new ByteArrayOutputStream();
        for (ProtoFields mutation : mutations) {
            int operation = (int) mutation.number(1).orElse(SET);
            ProtoFields record = mutation.message(2).orElseThrow(() -> new UnusableException("a change of nothing"));
            macs.writeBytes(change(state, operation, record, changed));
        }
        AppStateKeys keys = keys(patch, 6);
        byte[] snapshotMac = patch.bytes(4).orElse(new byte[0]);
        if (!MessageDigest.isEqual(snapshotMac, keys.snapshotMac(name, state.version(), state.hash()))) {
            throw new WrongSumException();
        }
        if (!isEqual(patch.bytes(5), keys.patchMac(name, state.version(), snapshotMac, macs.toByteArray()))) {
            throw new UnusableException("the MAC of a patch is wrong");
        }
        values.addAll(changed);
        return state;
    }

    /** Takes a {@code SyncdRecord} over, and returns its MAC. */
    private byte[] change(AppStateCollection state, int operation, ProtoFields record, List<ProtoFields> values)
            throws UnusableException, MalformedProtobufException, GeneralSecurityException {
        byte[] indexMac = record.message(1).flatMap(index -> index.bytes(1)).orElse(new byte[0]);
        byte[][] parts = AppStateCollection.split(
                record.message(2).flatMap(value -> value.bytes(1)).orElse(new byte[0]));
        byte[] valueMac = parts[1];
        AppStateKeys keys = keys(record, 3);
        if (!AppStateCollection.isMac(indexMac) || !keys.isValueMac(valueMac, operation, parts[0])) {
            throw new UnusableException("the MAC of a value is wrong");
        }
        ProtoFields action = ProtoFields.parse(keys.open(parts[0]));
        if (!keys.isIndexMac(indexMac, action.bytes(1).orElse(new byte[0]))) {
            throw new UnusableException("the MAC of an index is wrong");
        }
        if (operation == SET) {
            state.set(indexMac, valueMac);
            action.message(2).ifPresent(values::add);
        } else {
            state.remove(indexMac);
        }
        return valueMac;
    }

    private void apply(ProtoFields value) throws MalformedProtobufException {
        value.message(NCT_SALT)
                .flatMap(action -> action.bytes(1))
                .filter(salt -> salt.length > 0)
                .ifPresent(tokens::salt);
    }

    private byte[] external(ProtoFields reference) throws IOException, MalformedProtobufException {
        MediaDownloader.Reference file = new MediaDownloader.Reference(
                reference.text(2).orElse(""),
                reference.bytes(1).orElse(new byte[0]),
                reference.bytes(5).orElse(new byte[0]),
                reference.bytes(6).orElse(new byte[0]));
        return media.download(file, AttachmentType.APP_STATE, Deadline.in(PATIENCE));
    }

    private AppStateKeys keys(ProtoFields holder, int field) throws UnusableException, MalformedProtobufException {
        byte[] id = holder.message(field).flatMap(key -> key.bytes(1)).orElse(new byte[0]);
        String name = KEY + name(id);
        byte[] key = records.load(List.of(name)).get(name);
        if (key == null) {
            throw new MissingKeyException();
        }
        return new AppStateKeys(id, key);
    }

    private static long version(ProtoFields holder) throws MalformedProtobufException {
        Optional<ProtoFields> version = holder.message(1);
        return version.isPresent() ? version.get().number(1).orElse(0) : 0;
    }

    private static boolean isEqual(Optional<byte[]> mac, byte[] expected) {
        return mac.isPresent() && MessageDigest.isEqual(mac.get(), expected);
    }

    /** What is there cannot be used; the next change may be. */
    private static class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message, null, false, false);
        }
    }

    /** The phone has not shared the key yet. */
    private static final class MissingKeyException extends UnusableException {
        private static final long serialVersionUID = 1L;

        MissingKeyException() {
            super("its key is not known");
        }
    }

    /** What is known does not add up with what is told: something is missing. */
    private static final class WrongSumException extends UnusableException {
        private static final long serialVersionUID = 1L;

        WrongSumException() {
            super("the sum of a collection is wrong");
        }
    }
}
