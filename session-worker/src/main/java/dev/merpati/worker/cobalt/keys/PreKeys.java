package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.crypto.Primitives;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import it.auties.whatsapp.util.SignalConstants;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A device's own pre-keys, with which others begin Signal sessions while it is away. Every key is stored before anybody is
 * given it, and the id of a key that may have been given away is never given to another: whatever ends in between, WhatsApp
 * has no key that cannot be read. Calls block; thread-safe, but only one thread may offer, verify and rotate at a time.
 *
 * <p>Throws {@link SignalKeyStore.UnavailableException} when records cannot be read or written now: then nothing was given
 * away.
 */
public final class PreKeys {
    private final Keys keys;
    private final SignalKeyStore store;
    private final PreKeyCache cache;

    PreKeys(Keys keys, SignalKeyStore store, PreKeyCache cache) {
        this.keys = keys;
        this.store = store;
        this.cache = cache;
    }

    /**
     * One-time keys to be uploaded.
     *
     * @param firstId the lowest id among them
     * @param content of the upload
     */
    public record Offer(int firstId, List<Node> content) {}

    /**
     * Makes one-time keys, unless some are left that were never uploaded, and stores them. They count as uploaded from here
     * on, as with WhatsApp Web ({@code PreKeysJob}): nobody can say what became of an upload whose response never came.
     *
     * @return empty when the connection is ending
     */
    public Optional<Offer> offer(int count) {
        PreKeyState.Ids before = look(PreKeyState::ids);
        // Outside of the lock: some 0.2 ms each.
        List<SignalKeyPair> made = IntStream.range(0, Math.max(0, count - (before.next() - before.unoffered())))
                .mapToObj(_ -> SignalKeyPair.random())
                .toList();
        return update(PreKeys::unoffered, state -> {
                    PreKeyState.Ids ids = state.ids();
                    if (ids.next() + made.size() > PreKeyState.LARGEST_ID) {
                        ids = new PreKeyState.Ids(1, 1, 1);
                    }
                    List<SignalPreKeyPair> offered = IntStream.range(ids.unoffered(), ids.next())
                            .mapToObj(cache::find)
                            .flatMap(Optional::stream)
                            .collect(Collectors.toCollection(ArrayList::new));
                    int id = ids.next();
                    for (SignalKeyPair key : made) {
                        SignalPreKeyPair numbered = new SignalPreKeyPair(id++, key.publicKey(), key.privateKey());
                        cache.add(numbered);
                        offered.add(numbered);
                    }
                    cache.change(state.with(ids.withNext(id, id)));
                    return new Offer(ids.unoffered(), upload(offered));
                })
                .map(this::stored);
    }

    private Offer stored(Offer offer) {
        try {
            store.save();
            return offer;
        } catch (SignalKeyStore.UnavailableException e) {
            withdraw(offer);
            throw e;
        }
    }

    private List<Node> upload(List<SignalPreKeyPair> oneTime) {
        return List.of(
                Node.of("registration", keys.encodedRegistrationId()),
                Node.of("type", SignalConstants.KEY_BUNDLE_TYPE),
                Node.of("identity", keys.identityKeyPair().publicKey()),
                Node.of("list", oneTime.stream().map(SignalPreKeyPair::toNode).toArray(Node[]::new)),
                keys.signedKeyPair().toNode());
    }

    /** WhatsApp has said that it does not take an offer: the next one is of the same keys. */
    public void withdraw(Offer offer) {
        Optional<Boolean> _ = update(state -> {
            PreKeyState.Ids ids = state.ids();
            cache.change(state.with(ids.withNext(ids.next(), Math.min(offer.firstId(), ids.unoffered()))));
            return true;
        });
    }

    /**
     * Makes a bundle of its own for one device, as it is sent with the request for a message that cannot be decrypted; its
     * one-time key is stored.
     *
     * @return the content, empty when the connection is ending
     */
    public Optional<List<Node>> bundle() {
        Optional<List<Node>> bundle = update(PreKeys::unoffered, state -> {
            PreKeyState.Ids ids = state.ids();
            Optional<SignalPreKeyPair> left =
                    ids.unoffered() < ids.next() ? cache.find(ids.unoffered()) : Optional.empty();
            SignalPreKeyPair key = left.orElseGet(() -> SignalPreKeyPair.random(ids.next()));
            if (left.isEmpty()) {
                cache.add(key);
            }
            int next = Math.max(ids.next(), key.id() + 1);
            cache.change(state.with(ids.withNext(next, left.isEmpty() ? next : key.id() + 1)));
            return List.of(
                    Node.of("type", SignalConstants.KEY_BUNDLE_TYPE),
                    Node.of("identity", keys.identityKeyPair().publicKey()),
                    key.toNode(),
                    keys.signedKeyPair().toNode());
        });
        store.save();
        return bundle;
    }

    /** What WhatsApp says that it holds of this device. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Digest(
            int registrationId,
            byte[] identity,
            int signedId,
            byte[] signedKey,
            byte[] signature,
            List<Integer> oneTimeIds,
            byte[] hash) {}

    /** How WhatsApp's keys compare with ours. */
    public enum Verdict {
        RIGHT,
        /** It holds the key of a rotation whose end we did not see. */
        CANDIDATE,
        OTHER_IDENTITY,
        OTHER_SIGNED_KEY,
        /** Nobody could read a message on some of its one-time keys. */
        UNKNOWN_ONE_TIME_KEYS,
        OTHER_ONE_TIME_KEYS
    }

    /**
     * Compares what WhatsApp holds with our keys (zapo {@code SignalDigestSyncApi}, whatsapp-rust {@code
     * validate_digest_key}). If it is right, forgets one-time keys that nobody can have been given any more.
     *
     * @param kept how many of the newest one-time keys stay at least
     */
    public Verdict verify(Digest digest, int kept) {
        Optional<Verdict> quick = look(state -> compare(digest, state));
        if (quick.isPresent()) {
            return quick.get();
        }
        List<Integer> blocks =
                digest.oneTimeIds().stream().map(PreKeyBlock::of).distinct().toList();
        try {
            Verdict verdict = look(_ -> blocks, state -> compareOneTime(digest, state));
            if (verdict == Verdict.RIGHT) {
                Optional<Boolean> _ = update(state -> {
                    PreKeyState verified =
                            state.with(new PreKeyState.Check(state.check().repairedAt(), digest.hash()));
                    cache.change(forgetBelow(oldestNeeded(digest, state, kept), verified));
                    return true;
                });
                store.save();
            }
            return verdict;
        } finally {
            store.releasePreKeys();
        }
    }

    private Optional<Verdict> compare(Digest digest, PreKeyState state) {
        if (digest.registrationId() != keys.registrationId()
                || !Arrays.equals(digest.identity(), keys.identityKeyPair().publicKey())) {
            return Optional.of(Verdict.OTHER_IDENTITY);
        }
        if (!isSigned(digest, state.signed().current())) {
            SignalSignedKeyPair candidate = state.signed().candidate();
            return Optional.of(
                    candidate != null && isSigned(digest, candidate) ? Verdict.CANDIDATE : Verdict.OTHER_SIGNED_KEY);
        }
        return Arrays.equals(digest.hash(), state.check().verifiedHash())
                ? Optional.of(Verdict.RIGHT)
                : Optional.empty();
    }

    private static boolean isSigned(Digest digest, SignalSignedKeyPair key) {
        return digest.signedId() == key.id()
                && Arrays.equals(digest.signedKey(), key.publicKey())
                && Arrays.equals(digest.signature(), key.signature());
    }

    private Verdict compareOneTime(Digest digest, PreKeyState state) {
        SignalSignedKeyPair signed = state.signed().current();
        List<byte[]> hashed =
                new ArrayList<>(List.of(keys.identityKeyPair().publicKey(), signed.publicKey(), signed.signature()));
        for (int id : digest.oneTimeIds()) {
            Optional<SignalPreKeyPair> key = cache.find(id);
            if (key.isEmpty()) {
                return Verdict.UNKNOWN_ONE_TIME_KEYS;
            }
            hashed.add(key.get().publicKey());
        }
        byte[] hash = Arrays.copyOf(Primitives.sha1(hashed.toArray(byte[][]::new)), digest.hash().length);
        return Arrays.equals(hash, digest.hash()) ? Verdict.RIGHT : Verdict.OTHER_ONE_TIME_KEYS;
    }

    private static int oldestNeeded(Digest digest, PreKeyState state, int kept) {
        int newest = state.ids().next() - kept;
        return digest.oneTimeIds().stream().mapToInt(id -> id).reduce(newest, Math::min);
    }

    private PreKeyState forgetBelow(int id, PreKeyState state) {
        int first = PreKeyBlock.of(state.ids().oldest());
        int end = PreKeyBlock.of(Math.max(0, id));
        if (end <= first) {
            return state;
        }
        IntStream.range(first, end).forEach(cache::drop);
        return state.with(state.ids().withOldest(PreKeyBlock.firstIdOf(end)));
    }

    /** Whether keys may be uploaded because WhatsApp's differ; if so, the time counts from now. */
    public boolean mayRepair(Instant now, Duration interval) {
        return update(state -> {
                    if (state.check().repairedAt().plus(interval).isAfter(now)) {
                        return false;
                    }
                    cache.change(
                            state.with(new PreKeyState.Check(now, state.check().verifiedHash())));
                    return true;
                })
                .orElse(false);
    }

    /**
     * Returns the signed pre-key to rotate to if that is due. It is stored, and the same until it is {@linkplain
     * #promote promoted} or {@linkplain #reject rejected}.
     *
     * @param interval from one rotation to the next
     */
    public Optional<SignalSignedKeyPair> due(Instant now, Duration interval) {
        Optional<Optional<SignalSignedKeyPair>> due = update(state -> {
            PreKeyState.Signed signed = state.signed();
            if (signed.rotatedAt().equals(Instant.EPOCH)) {
                cache.change(state.with(signed.withRotatedAt(now)));
                return Optional.empty();
            }
            if (now.isBefore(signed.rotatedAt().plus(interval)) || now.isBefore(signed.retryAt())) {
                return Optional.empty();
            }
            SignalSignedKeyPair candidate = signed.candidate();
            if (candidate == null) {
                int id = signed.current().id() % PreKeyState.LARGEST_ID + 1;
                candidate = SignalSignedKeyPair.of(id, keys.identityKeyPair());
                cache.change(state.with(signed.withCandidate(candidate)));
            }
            return Optional.of(candidate);
        });
        store.save();
        return due.orElseGet(Optional::empty);
    }

    /** WhatsApp has the candidate: it is the signed pre-key from now on; the one before stays readable. */
    public void promote(Instant now) {
        change(state -> {
            SignalSignedKeyPair candidate = state.signed().candidate();
            return candidate == null ? state : state.with(state.signed().promoted(candidate, now));
        });
    }

    /** WhatsApp does not want the candidate: another one is made, but not before {@code retryAt}. */
    public void reject(Instant retryAt) {
        change(state -> state.with(state.signed().withCandidate(null).withRetryAt(retryAt)));
    }

    /** WhatsApp could not take the candidate: it is offered again, but not before {@code retryAt}. */
    public void postpone(Instant retryAt) {
        change(state -> state.with(state.signed().withRetryAt(retryAt)));
    }

    private void change(UnaryOperator<PreKeyState> step) {
        Optional<Boolean> _ = update(state -> {
            cache.change(step.apply(state));
            return true;
        });
        store.save();
    }

    private <T> T look(Function<PreKeyState, T> reader) {
        return look(_ -> List.of(), reader);
    }

    private <T> T look(Function<PreKeyState, Collection<Integer>> blocks, Function<PreKeyState, T> reader) {
        return store.withPreKeys(blocks, () -> reader.apply(cache.state()));
    }

    private <T> Optional<T> update(Function<PreKeyState, T> step) {
        return update(_ -> List.of(), step);
    }

    /** Returns what the step returns; empty when the connection is ending and the step was not taken. */
    private <T> Optional<T> update(Function<PreKeyState, Collection<Integer>> blocks, Function<PreKeyState, T> step) {
        return store.withPreKeys(
                blocks, () -> store.isFrozen() ? Optional.empty() : Optional.of(step.apply(cache.state())));
    }

    /** The blocks of the keys that were never uploaded, and of the next one. */
    private static Collection<Integer> unoffered(PreKeyState state) {
        return IntStream.rangeClosed(
                        PreKeyBlock.of(state.ids().unoffered()),
                        PreKeyBlock.of(state.ids().next()))
                .boxed()
                .toList();
    }
}
