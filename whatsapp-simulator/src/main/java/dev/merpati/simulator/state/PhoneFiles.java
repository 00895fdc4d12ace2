package dev.merpati.simulator.state;

import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.phone.PhoneSnapshot;
import dev.merpati.simulator.phone.PhoneStorage;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON file per phone. Links are written at once, ratchets up to half a second later: a ratchet that a crash set
 * back follows the sender again, since phones only read.
 */
public final class PhoneFiles implements PhoneStorage, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PhoneFiles.class);
    private static final long WRITE_BEHIND_MILLIS = 500;
    private static final String SUFFIX = ".json";

    private final Path directory;
    private final Set<Phone> changed = ConcurrentHashMap.newKeySet();
    private final Set<Phone> removed = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("simulator-state", true));

    public PhoneFiles(StateDirectory state) {
        directory = state.phones();
        var _ = writer.scheduleWithFixedDelay(
                this::flush, WRITE_BEHIND_MILLIS, WRITE_BEHIND_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Brings all stored phones back. */
    public void restoreInto(PhoneDirectory phones) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
                phones.restore(StateDirectory.MAPPER.readValue(Files.readAllBytes(file), PhoneSnapshot.class));
            }
        }
    }

    @Override
    public void changed(Phone phone) {
        changed.add(phone);
    }

    @Override
    public CompletableFuture<Void> save(Phone phone) {
        changed.remove(phone);
        return phone.snapshot().thenAcceptAsync(snapshot -> write(phone, snapshot, true), writer);
    }

    @Override
    public void removed(Phone phone) {
        removed.add(phone);
        writer.execute(() -> {
            changed.remove(phone);
            try {
                Files.deleteIfExists(file(phone.number()));
            } catch (IOException e) {
                LOG.error("Cannot remove a phone", e);
            }
        });
    }

    private void flush() {
        Map<Phone, CompletableFuture<PhoneSnapshot>> snapshots = new HashMap<>();
        for (Phone phone : List.copyOf(changed)) {
            changed.remove(phone);
            snapshots.put(phone, phone.snapshot());
        }
        snapshots.forEach((phone, snapshot) -> {
            try {
                write(phone, snapshot.join(), false);
            } catch (RuntimeException e) {
                LOG.error("Cannot store a phone", e);
            }
        });
    }

    private void write(Phone phone, PhoneSnapshot snapshot, boolean force) {
        if (removed.contains(phone)) {
            return;
        }
        try {
            StateDirectory.write(file(snapshot.number()), StateDirectory.MAPPER.writeValueAsBytes(snapshot), force);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot store a phone", e);
        }
    }

    private Path file(String number) {
        return directory.resolve(number + SUFFIX);
    }

    /** Writes what waits; the phones must still be able to run tasks. */
    @Override
    public void close() {
        CompletableFuture.runAsync(this::flush, writer).join();
        writer.shutdown();
    }
}
