package dev.merpati.simulator.signal;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session as it is stored. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SessionSnapshot(
        byte[] remoteIdentity,
        byte[] baseKey,
        byte[] rootKey,
        byte[] ratchetPrivateKey,
        ChainKey sending,
        int previousCounter,
        @Nullable PendingPreKey pending,
        List<Chain> receiving) {

    /** A receiving chain as it is stored; {@code skipped} maps counters to message seeds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Chain(byte[] ratchetKey, ChainKey chain, Map<Integer, byte[]> skipped) {}
}
