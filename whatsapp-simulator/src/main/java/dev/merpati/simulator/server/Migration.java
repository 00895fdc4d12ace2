package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tells companions that their account's chats are migrated to hidden ids: by experiment property 9435, which they ask
 * for, and by a message of the phone with the hidden ids of all it has a chat with ({@code
 * LIDMigrationMappingSyncMessage}). whatsapp-rust waits for both.
 */
public final class Migration implements IqHandler {
    private static final String MIGRATED_PROPERTY = "9435";
    private static final int TYPE = 2;
    private static final int LID_MIGRATION_MAPPING_SYNC = 22;
    private static final int MAPPING_SYNC_MESSAGE = 23;

    private final PhoneDirectory phones;
    private final PeerMessages peers;
    private final Clock clock;

    Migration(PhoneDirectory phones, PeerMessages peers, Clock clock) {
        this.phones = phones;
        this.peers = peers;
        this.clock = clock;
    }

    /** Answers {@code iq abt props}. */
    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        if (!iq.has("xmlns", "abt") || iq.child("props").isEmpty()) {
            return Optional.empty();
        }
        boolean migrated = phones.getOrCreate(companion.number()).traits().migrated();
        Node property =
                Node.of("prop").with("config_code", MIGRATED_PROPERTY).with("config_value", migrated ? "1" : "0");
        return IqHandler.now(Stanza.iqResult(
                iq,
                Node.of("props", property)
                        .with("protocol", "1")
                        .with("ab_key", migrated ? "migrated" : "unmigrated")
                        .with("hash", migrated ? "1" : "0")
                        .with("refresh", "86400")
                        .with("refresh_id", "0")));
    }

    /** Sends the companions of a phone the hidden ids of its contacts. */
    public void announce(Phone phone) {
        ProtoBuilder mappings = ProtoMessage.builder();
        phones.all().stream()
                .map(Phone::number)
                .filter(other -> phone.knows(other)
                        || phones.existing(other)
                                .filter(contact -> contact.knows(phone.number()))
                                .isPresent())
                .forEach(contact -> mappings.message(1, mapping(contact)));
        mappings.message(1, mapping(phone.number()));
        mappings.number(2, clock.instant().getEpochSecond());
        ProtoBuilder protocol = ProtoMessage.builder()
                .number(TYPE, LID_MIGRATION_MAPPING_SYNC)
                .message(MAPPING_SYNC_MESSAGE, ProtoMessage.builder().bytes(1, mappings.build()));
        var _ = phone.withKeys(party -> {
            phone.companions().forEach(companion -> peers.send(party, phone, companion, protocol));
            return phone;
        });
    }

    private ProtoBuilder mapping(String number) {
        return ProtoMessage.builder()
                .number(1, Long.parseLong(number))
                .number(2, Long.parseLong(phones.hiddenJid(number).user()));
    }
}
