package dev.merpati.worker.cobalt.receive;

import dev.merpati.model.outcome.Receipt;
import it.auties.whatsapp.model.node.Node;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code receipt} nodes. A receipt of one of the recipient's companion devices counts like the phone's. */
public final class Receipts {
    private Receipts() {}

    /** What it tells, if it tells of a message's way; {@code inactive} comes from a device nobody looks at. */
    public static Optional<Receipt> of(Node node) {
        String type = node.attributes().getNullableString("type");
        if (type == null) {
            return Optional.of(Receipt.DELIVERED);
        }
        return switch (type) {
            case "inactive", "delivery" -> Optional.of(Receipt.DELIVERED);
            case "read", "played" -> Optional.of(Receipt.READ);
            default -> Optional.empty();
        };
    }

    public static boolean asksForRetry(Node node) {
        return node.attributes().hasValue("type", "retry");
    }

    /** The messages it is about: its own id, and those in its list. */
    public static List<String> messageIds(Node node) {
        Stream<String> listed = node.findChild("list").stream()
                .flatMap(list -> list.streamChildren("item"))
                .map(item -> item.attributes().getNullableString("id"));
        return Stream.concat(Stream.of(node.attributes().getNullableString("id")), listed)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }
}
