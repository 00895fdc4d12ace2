package dev.merpati.simulator.signal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The messages that came or may come under one ratchet key of the sender. */
final class ReceivingChain {
    /** As in libsignal: older skipped keys are forgotten. */
    private static final int MAX_SKIPPED = 2000;

    private static final int MAX_AHEAD = 25_000;

    private final byte[] ratchetKey;
    private final Map<Integer, byte[]> skipped;
    private ChainKey chain;

    ReceivingChain(byte[] ratchetKey, ChainKey chain, Map<Integer, byte[]> skipped) {
        this.ratchetKey = ratchetKey;
        this.chain = chain;
        this.skipped = new LinkedHashMap<>(skipped);
    }

    /** Where a message stands in the chain; nothing of the chain changes until {@link #take}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Place(byte[] seed, int counter, ChainKey after, Map<Integer, byte[]> passed) {}

    Place find(int counter) throws SignalException {
        if (counter < chain.index()) {
            byte[] seed = skipped.get(counter);
            if (seed == null) {
                throw new SignalException(SignalException.Reason.DUPLICATE, "Message " + counter + " was read before");
            }
            return new Place(seed, counter, chain, Map.of());
        }
        if (counter - chain.index() > MAX_AHEAD) {
            throw new SignalException(
                    SignalException.Reason.TOO_FAR_AHEAD, "Message " + counter + " in a chain at " + chain.index());
        }
        Map<Integer, byte[]> passed = new LinkedHashMap<>();
        ChainKey current = chain;
        while (current.index() < counter) {
            passed.put(current.index(), current.messageSeed());
            current = current.next();
        }
        return new Place(current.messageSeed(), counter, current.next(), passed);
    }

    void take(Place place) {
        skipped.remove(place.counter());
        skipped.putAll(place.passed());
        for (Iterator<Integer> oldest = skipped.keySet().iterator(); skipped.size() > MAX_SKIPPED; ) {
            oldest.next();
            oldest.remove();
        }
        chain = place.after();
    }

    byte[] ratchetKey() {
        return ratchetKey;
    }

    ChainKey chain() {
        return chain;
    }

    Map<Integer, byte[]> skipped() {
        return Map.copyOf(skipped);
    }
}
