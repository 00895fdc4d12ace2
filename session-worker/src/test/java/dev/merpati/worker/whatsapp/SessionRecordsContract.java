package dev.merpati.worker.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every kind of records does. */
public abstract class SessionRecordsContract {

    /** Returns the records of a session that has none yet. */
    protected abstract SessionRecords records();

    @Test
    void returnsWhatWasStored() {
        SessionRecords records = records();

        records.save(Map.of("signal:628111222333", new byte[] {1, 2, 3}, "own-lid", new byte[0]));

        assertThat(records.load(List.of("signal:628111222333", "own-lid", "never stored")))
                .containsOnlyKeys("signal:628111222333", "own-lid")
                .containsEntry("signal:628111222333", new byte[] {1, 2, 3})
                .containsEntry("own-lid", new byte[0]);
    }

    @Test
    void replacesAndRemovesTogether() {
        SessionRecords records = records();
        records.save(Map.of("a", new byte[] {1}, "b", new byte[] {1}, "c", new byte[] {1}));
        Map<String, byte @Nullable []> changes = new HashMap<>();
        changes.put("a", new byte[] {2});
        changes.put("b", null);
        changes.put("never stored", null);

        records.save(changes);

        assertThat(records.load(List.of("a", "b", "c")))
                .containsOnlyKeys("a", "c")
                .containsEntry("a", new byte[] {2})
                .containsEntry("c", new byte[] {1});
    }

    @Test
    void keepsItsOwnCopy() {
        SessionRecords records = records();
        byte[] value = {1};
        records.save(Map.of("a", value));
        value[0] = 2;

        assertThat(records.load(List.of("a"))).containsEntry("a", new byte[] {1});
    }

    @Test
    void findsNothingAmongNoNames() {
        SessionRecords records = records();
        records.save(Map.of("a", new byte[] {1}));

        assertThat(records.load(List.of())).isEmpty();
    }
}
