package dev.merpati.simulator.server;

import dev.merpati.simulator.media.MediaFile;
import dev.merpati.simulator.media.MediaKind;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.media.MediaStorage;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.AppStateKey;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.DeviceListener;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a phone tells a device that was just linked: the key of the app state, the history of its chats with tokens, salt
 * and hidden ids, and the mapping of numbers to hidden ids. Nothing else tells a client these.
 */
final class CompanionSync implements DeviceListener {
    private static final Logger LOG = LoggerFactory.getLogger(CompanionSync.class);
    private static final int KEY_SHARE = 6;
    private static final int HISTORY = 5;
    private static final int LID_MAPPING = 22;

    private final PhoneDirectory phones;
    private final History history;
    private final PeerMessages peers;
    private final MediaStorage media;
    private final Rules rules;
    private final Clock clock;

    CompanionSync(
            PhoneDirectory phones, History history, PeerMessages peers, MediaStorage media, Rules rules, Clock clock) {
        this.phones = phones;
        this.history = history;
        this.peers = peers;
        this.media = media;
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public void added(Phone phone, Companion companion) {
        if (companion.played().isPresent() || !rules.enforced(Rule.HISTORY_SYNC, phone)) {
            return;
        }
        var _ = phone.withKeys(party -> {
                    tell(party, phone, companion);
                    return phone;
                })
                .exceptionally(failure -> {
                    LOG.error("A phone failed to send its history", failure);
                    return phone;
                });
    }

    @Override
    public void removed(Phone phone, Companion companion) {}

    private void tell(SignalParty party, Phone phone, Companion companion) {
        AppStateKey key = AppStateKey.of(party);
        begin(phone, key);
        try {
            party.begin(companion.jid().toString(), companion.keys().bundle());
            peers.send(party, phone, companion, keyShare(key));
            peers.send(party, phone, companion, historyNotification(phone));
            if (phone.traits().migrated()) {
                peers.send(party, phone, companion, mapping(phone));
            }
        } catch (SignalException e) {
            LOG.warn("A phone cannot encrypt for a new companion: {}", e.toString());
        }
        companion.deliver(Node.of("notification")
                .children(List.of(
                        collection(phone, "critical_block"),
                        collection(phone, "critical_unblock_low"),
                        collection(phone, "regular_high")))
                .with("from", Jid.USERS)
                .with("type", "server_sync")
                .with("id", UUID.randomUUID().toString())
                .with("t", Stanza.seconds(clock)));
    }

    private static Node collection(Phone phone, String name) {
        return Node.of("collection")
                .with("name", name)
                .with("version", String.valueOf(phone.appState().version(name)));
    }

    /** Writes the first version of the app state, if there is none. */
    private void begin(Phone phone, AppStateKey key) {
        Map<String, List<AppStateKey.Setting>> first = Map.of(
                "critical_block",
                List.of(setting(
                        "[\"setting_pushName\"]", 7, ProtoMessage.builder().text(1, phone.pushName()), 1)),
                "critical_unblock_low",
                phone.contacts().stream().map(this::contact).toList(),
                "regular_high",
                List.of(setting(
                        "[\"nct_salt_sync\"]", 80, ProtoMessage.builder().bytes(1, PrivacyTokens.salt(phone)), 1)));
        first.forEach((collection, settings) -> {
            if (phone.appState().version(collection) == 0 && !settings.isEmpty()) {
                phone.appState().append(collection, 0, key.firstPatch(collection, settings));
            }
        });
    }

    private AppStateKey.Setting contact(String number) {
        String name = phones.getOrCreate(number).pushName();
        return setting(
                "[\"contact\",\"" + Jid.phone(number) + "\"]",
                3,
                ProtoMessage.builder()
                        .text(1, name)
                        .text(2, name)
                        .text(3, phones.hiddenJid(number).toString()),
                2);
    }

    private AppStateKey.Setting setting(String index, int field, ProtoBuilder action, int version) {
        byte[] value = ProtoMessage.builder()
                .number(1, clock.instant().toEpochMilli())
                .message(field, action)
                .build();
        return new AppStateKey.Setting(index, value, version);
    }

    private ProtoBuilder keyShare(AppStateKey key) {
        ProtoBuilder shared = ProtoMessage.builder()
                .message(1, ProtoMessage.builder().bytes(1, key.id()))
                .message(
                        2,
                        ProtoMessage.builder()
                                .bytes(1, key.data())
                                .message(
                                        2,
                                        ProtoMessage.builder()
                                                .number(1, 1)
                                                .number(2, 0)
                                                .number(3, 0))
                                .number(3, clock.instant().toEpochMilli()));
        return ProtoMessage.builder()
                .number(2, KEY_SHARE)
                .message(7, ProtoMessage.builder().message(1, shared));
    }

    private ProtoBuilder historyNotification(Phone phone) {
        try {
            MediaReference file = MediaFile.store(media, MediaKind.HISTORY, "/mms/md-msg-hist/", history.blob(phone));
            return ProtoMessage.builder()
                    .number(2, HISTORY)
                    .message(
                            6,
                            ProtoMessage.builder()
                                    .bytes(1, file.sha256())
                                    .number(2, file.length())
                                    .bytes(3, file.key())
                                    .bytes(4, file.encryptedSha256())
                                    .text(5, file.path())
                                    .number(6, 0)
                                    .number(7, 1)
                                    .number(9, 100));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot store a history", e);
        }
    }

    private ProtoBuilder mapping(Phone phone) {
        ProtoBuilder payload = ProtoMessage.builder();
        phone.contacts().forEach(number -> {
            long lid = Long.parseLong(phones.hiddenJid(number).user());
            payload.message(
                    1,
                    ProtoMessage.builder()
                            .number(1, Long.parseLong(number))
                            .number(2, lid)
                            .number(3, lid));
        });
        payload.number(2, clock.instant().getEpochSecond());
        return ProtoMessage.builder()
                .number(2, LID_MAPPING)
                .message(23, ProtoMessage.builder().bytes(1, payload.build()));
    }
}
