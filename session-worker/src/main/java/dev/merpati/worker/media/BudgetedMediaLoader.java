package dev.merpati.worker.media;

import dev.merpati.media.MediaStore;
import dev.merpati.media.NoSuchMediaException;
import dev.merpati.model.command.MediaReference;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files within a budget of bytes that is divided as {@link MediaBudget} says. Thread-safe. */
public final class BudgetedMediaLoader implements MediaLoader {
    private static final Logger log = LoggerFactory.getLogger(BudgetedMediaLoader.class);
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(30);

    private final MediaStore store;
    private final int budgetBytes;
    private final MediaBudget budget;

    /** @param budgetBytes no less than the largest file */
    public BudgetedMediaLoader(MediaStore store, int budgetBytes, MeterRegistry meters) {
        this.store = store;
        this.budgetBytes = budgetBytes;
        this.budget = new MediaBudget(budgetBytes);
        Gauge.builder("merpati.worker.media.budget.used", () -> budgetBytes - budget.free())
                .description("Bytes of files that are in memory")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("merpati.worker.media.budget.size", () -> budgetBytes)
                .description("Bytes of files that may be in memory")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("merpati.worker.media.budget.waiting", budget, MediaBudget::waiting)
                .description("Messages that wait for memory for their files")
                .register(meters);
    }

    @Override
    public @Nullable LoadedMedia load(MediaReference media, Turn turn, Duration patience, Duration timeout) {
        if (media.size() < 0 || media.size() > budgetBytes) {
            throw new UnusableMediaException(
                    "a file of " + media.size() + " bytes; allowed are at most " + budgetBytes, null);
        }
        long bytes = media.size();
        if (!budget.acquire(turn, bytes, patience)) {
            return null;
        }
        byte[] content;
        try {
            content = read(media, timeout.compareTo(STORE_TIMEOUT) < 0 ? timeout : STORE_TIMEOUT);
        } catch (RuntimeException | Error e) {
            budget.release(turn, bytes);
            throw e;
        }
        return new LoadedMedia(content, () -> budget.release(turn, bytes));
    }

    @Override
    public void delete(MediaReference media) {
        store.delete(media.mediaId())
                .timeout(STORE_TIMEOUT)
                .doOnError(e -> log.warn("A file was left in the media store: {}", e.toString()))
                .onErrorComplete()
                .subscribe();
    }

    private byte[] read(MediaReference media, Duration timeout) {
        byte[] content;
        try {
            content = store.read(media.mediaId()).block(timeout);
        } catch (NoSuchMediaException | IllegalArgumentException e) {
            throw new UnusableMediaException("the file is not in the media store", e);
        } catch (RuntimeException e) {
            throw new MediaStoreUnavailableException(e);
        }
        if (content == null || !sha256(content).equals(media.sha256())) {
            throw new UnusableMediaException("the file in the media store is not the one that was uploaded", null);
        }
        return content;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
