package dev.merpati.worker.cobalt.keys;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.PreKeyStock;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import it.auties.whatsapp.model.signal.message.SignalPreKeyMessage;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those of a device's pre-keys that are in memory: their {@linkplain PreKeyState state} once it was needed, and blocks of
 * one-time keys only between being loaded and the next save. Cobalt's keys hold none but while a message is read that
 * needs them. Not thread-safe.
 */
final class PreKeyCache {
    private static final Logger log = LoggerFactory.getLogger(PreKeyCache.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Keys keys;
    private final Map<Integer, SortedMap<Integer, SignalPreKeyPair>> blocks = new HashMap<>();
    private final Set<Integer> changedBlocks = new HashSet<>();
    private @Nullable PreKeyState state;
    private boolean stateChanged;

    PreKeyCache(Keys keys) {
        this.keys = keys;
    }

    /** Which keys of this device's a message that begins a Signal session was encrypted to. */
    record Needed(@Nullable Integer oneTimeId, int signedId) {
        static Needed by(SignalPreKeyMessage message) {
            Integer signedId = message.signedPreKeyId();
            return new Needed(message.preKeyId(), signedId == null ? 0 : signedId);
        }

        List<Integer> blocks() {
            return oneTimeId == null ? List.of() : List.of(PreKeyBlock.of(oneTimeId));
        }
    }

    /** Returns the names of the records that are not in memory, of these blocks and the state. */
    List<String> missing(Collection<Integer> wanted) {
        return Stream.concat(
                        state == null ? Stream.of(PreKeyState.RECORD) : Stream.empty(),
                        wanted.stream()
                                .distinct()
                                .filter(block -> !blocks.containsKey(block))
                                .map(PreKeyBlock::recordName))
                .toList();
    }

    /**
     * Takes in what was loaded.
     *
     * @param names of the records that were looked for, which {@link #missing} returned
     * @param stored those of them that exist
     */
    void put(Collection<String> names, Map<String, byte[]> stored) {
        for (String name : names) {
            byte[] record = stored.get(name);
            if (!name.equals(PreKeyState.RECORD)) {
                blocks.computeIfAbsent(
                        PreKeyBlock.numberIn(name),
                        _ -> decode(record, PreKeyBlock::decode).orElseGet(Collections::emptySortedMap));
            } else if (state == null) {
                begin(decode(record, PreKeyState::decode).orElse(null));
            }
        }
    }

    private static <T> Optional<T> decode(byte @Nullable [] record, Function<byte[], T> decoder) {
        if (record != null) {
            try {
                return Optional.of(decoder.apply(record));
            } catch (RuntimeException e) {
                log.warn("Pre-keys are damaged and begin anew: {}", e.getClass().getName());
            }
        }
        return Optional.empty();
    }

    private void begin(@Nullable PreKeyState stored) {
        if (stored == null) {
            adopt();
        } else {
            state = stored;
            keys.setSignedKeyPair(stored.signed().current());
        }
        PreKeyStock.keepNewest(keys, 0); // What a release before the records left there is in blocks by now.
    }

    /** Moves the keys of a new device, or of a release before the records, to where they are kept. */
    private void adopt() {
        List<SignalPreKeyPair> among = List.copyOf(keys.preKeys());
        if (among.isEmpty() && keys.registered()) {
            // The records are lost: what was offered to WhatsApp cannot be read, and no id may come again.
            int firstId = 1 + RANDOM.nextInt(PreKeyState.LARGEST_ID / 2);
            change(PreKeyState.initial(firstId, firstId, keys.signedKeyPair()));
            return;
        }
        among.forEach(this::add);
        int oldestId = among.isEmpty() ? 1 : among.getFirst().id();
        change(PreKeyState.initial(keys.lastPreKeyId() + 1, oldestId, keys.signedKeyPair()));
    }

    boolean holdsState() {
        return state != null;
    }

    /** Returns the state, which is in memory. */
    PreKeyState state() {
        if (state == null) {
            throw new IllegalStateException("The state of the pre-keys is not in memory");
        }
        return state;
    }

    void change(PreKeyState newState) {
        state = newState;
        stateChanged = true;
        keys.setSignedKeyPair(newState.signed().current());
    }

    /** Adds a new one-time key, whose block is in memory or was never stored. */
    void add(SignalPreKeyPair key) {
        int block = PreKeyBlock.of(key.id());
        SortedMap<Integer, SignalPreKeyPair> changed = new TreeMap<>(blocks.getOrDefault(block, new TreeMap<>()));
        changed.put(key.id(), key);
        blocks.put(block, changed);
        changedBlocks.add(block);
    }

    /** Forgets a one-time key, so that nobody can read the message again that began a session with it. */
    void used(int id) {
        int block = PreKeyBlock.of(id);
        if (find(id).isPresent()) {
            SortedMap<Integer, SignalPreKeyPair> changed = new TreeMap<>(blocks.getOrDefault(block, new TreeMap<>()));
            changed.remove(id);
            blocks.put(block, changed);
            changedBlocks.add(block);
        }
    }

    /** Forgets a whole block, whether it is in memory or not. */
    void drop(int block) {
        blocks.put(block, Collections.emptySortedMap());
        changedBlocks.add(block);
    }

    /** Returns a one-time key, whose block is in memory. */
    Optional<SignalPreKeyPair> find(int id) {
        return Optional.ofNullable(blocks.getOrDefault(PreKeyBlock.of(id), Collections.emptySortedMap())
                .get(id));
    }

    /** Does something while Cobalt's keys hold those that are needed, and no others. */
    <T> T lend(Needed needed, Supplier<T> action) {
        SignalSignedKeyPair current = keys.signedKeyPair();
        state().signed().byId(needed.signedId()).ifPresent(keys::setSignedKeyPair);
        if (needed.oneTimeId() != null) {
            find(needed.oneTimeId()).ifPresent(keys::addPreKey);
        }
        try {
            return action.get();
        } finally {
            keys.setSignedKeyPair(current);
            PreKeyStock.keepNewest(keys, 0);
        }
    }

    /** Takes the changes, by the name of the record: null for one that is gone. They count as stored from here on. */
    Map<String, byte @Nullable []> takeChanges() {
        Map<String, byte @Nullable []> changes = new HashMap<>();
        if (stateChanged) {
            changes.put(PreKeyState.RECORD, state().encode());
            stateChanged = false;
        }
        for (int block : changedBlocks) {
            SortedMap<Integer, SignalPreKeyPair> content = blocks.getOrDefault(block, Collections.emptySortedMap());
            changes.put(PreKeyBlock.recordName(block), content.isEmpty() ? null : PreKeyBlock.encode(content));
        }
        changedBlocks.clear();
        return changes;
    }

    /** Changes that were taken are not stored. */
    void giveBack(Set<String> changes) {
        stateChanged |= changes.contains(PreKeyState.RECORD);
        blocks.keySet().stream()
                .filter(block -> changes.contains(PreKeyBlock.recordName(block)))
                .forEach(changedBlocks::add);
    }

    /** Lets all blocks go that are stored as they are. */
    void release() {
        blocks.keySet().retainAll(changedBlocks);
    }
}
