package dev.merpati.worker.fencing;

/** A newer owner has taken the shard: nothing may be written or sent for it any more. */
public final class FencedException extends RuntimeException {
    FencedException(int shard, long epoch) {
        super("shard " + shard + " was taken by a newer owner than epoch " + epoch);
    }
}
