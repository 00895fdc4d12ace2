package dev.merpati.simulator.server;

import dev.merpati.simulator.media.MediaFile;
import dev.merpati.simulator.media.MediaKind;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.media.MediaStorage;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.AppStateKey;
import dev.merpati.simulator.phone.AppStateLog;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.proto.ProtoMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Lets an account's app state grow as that of an old account has: with a snapshot, which the server gives to devices that
 * know nothing yet, and with a patch whose changes are in a file. Both are {@code ExternalBlobReference}s.
 */
public final class AppStateUpdates {
    private static final String COLLECTION = "regular_high";

    private final MediaStorage media;
    private final Clock clock;

    AppStateUpdates(MediaStorage media, Clock clock) {
        this.media = media;
        this.clock = clock;
    }

    /**
     * The phone writes its settings again, and its companions are told.
     *
     * @return completes with the version that the collection has then; 0 when it has not begun, and stays as it is
     */
    public CompletableFuture<Integer> rewrite(Phone phone) {
        return phone.withKeys(party -> {
            AppStateLog log = phone.appState();
            if (log.version(COLLECTION) == 1) {
                AppStateKey key = AppStateKey.of(party);
                byte[] first = log.since(COLLECTION, 0).getFirst();
                log.keepSnapshot(COLLECTION, stored(key.snapshot(COLLECTION, first)));
                log.append(COLLECTION, 1, secondPatch(key, first));
                phone.touch();
                tell(phone);
            }
            return log.version(COLLECTION);
        });
    }

    private byte[] secondPatch(AppStateKey key, byte[] first) {
        try {
            return key.secondPatch(COLLECTION, first, this::stored);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A phone cannot read its own app state", e);
        }
    }

    private byte[] stored(byte[] content) {
        try {
            MediaReference file = MediaFile.store(media, MediaKind.APP_STATE, "/mms/md-app-state/", content);
            return ProtoMessage.builder()
                    .bytes(1, file.key())
                    .text(2, file.path())
                    .number(4, file.length())
                    .bytes(5, file.sha256())
                    .bytes(6, file.encryptedSha256())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot store a part of the app state", e);
        }
    }

    private void tell(Phone phone) {
        Node collection = Node.of("collection")
                .with("name", COLLECTION)
                .with("version", String.valueOf(phone.appState().version(COLLECTION)));
        Node notification = Node.of("notification", collection)
                .with("from", Jid.USERS)
                .with("type", "server_sync")
                .with("id", UUID.randomUUID().toString())
                .with("t", Stanza.seconds(clock));
        phone.companions().forEach(companion -> companion.deliver(notification));
    }
}
