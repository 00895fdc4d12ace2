package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.cobalt.RecordingListener;
import dev.merpati.worker.cobalt.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptsIT {

    @Test
    void deliveryAndReadingAreToldInTheirOrder() {
        try (World world = new World();
                World.Session session = world.pair()) {
            String to = World.newNumber();
            String id = World.newMessageId();
            session.text(id, to, "Halo");
            session.listener().awaitReceipt(id, Receipt.DELIVERED);

            world.control.read(to);

            session.listener().awaitReceipt(id, Receipt.READ);
            assertThat(session.listener().receipts)
                    .containsExactly(
                            new RecordingListener.Told(id, Receipt.DELIVERED),
                            new RecordingListener.Told(id, Receipt.READ));
            assertThat(session.listener().breaches).isEmpty();
        }
    }

    @Test
    void oneReceiptForManyMessagesCountsForEachOfThem() {
        try (World world = new World();
                World.Session session = world.pair()) {
            String to = World.newNumber();
            List<String> ids = List.of(World.newMessageId(), World.newMessageId(), World.newMessageId());
            for (String id : ids) {
                session.text(id, to, "Halo");
                session.listener().awaitReceipt(id, Receipt.DELIVERED);
            }

            world.control.read(to);

            ids.forEach(id -> session.listener().awaitReceipt(id, Receipt.READ));
        }
    }

    @Test
    void aReceiptFromAnotherDeviceOfTheRecipientCounts() {
        try (World world = new World();
                World.Session session = world.pair()) {
            String to = World.newNumber();
            String id = World.newMessageId();
            session.text(id, to, "Halo");
            session.listener().awaitReceipt(id, Receipt.DELIVERED);

            world.control.readOn(3, to);

            session.listener().awaitReceipt(id, Receipt.READ);
        }
    }
}
