package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.media.CorruptMediaException;
import dev.merpati.worker.cobalt.media.MediaDownloader;
import dev.merpati.worker.cobalt.media.MediaStatusException;
import dev.merpati.worker.cobalt.media.TooLargeMediaException;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.MediaReader;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.MediaUnavailableException.Reason;
import it.auties.whatsapp.model.media.AttachmentType;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;

/** Fetches the files of received messages, at the addresses that their senders wrote into them. Thread-safe. */
final class ReceivedMediaDownloader {
    /** An address that a sender made up must lead nowhere else. */
    private static final String MEDIA_DOMAIN = ".whatsapp.net";
    /** For how many whole downloads there is time, since a host can fail at the end of a file. */
    private static final int TRIES = 2;
    /** How many silent hosts there is time for at least. */
    private static final int SILENCES = 3;

    private final MediaDownloader downloader;
    private final CobaltSettings.Uploads pace;

    /** @param pace what the line carries at least, and how long a file may take besides */
    ReceivedMediaDownloader(MediaDownloader downloader, CobaltSettings.Uploads pace) {
        this.downloader = downloader;
        this.pace = pace;
    }

    void download(IncomingContent.Media media, long maxBytes, MediaReader reader) throws MediaUnavailableException {
        if (media.length() > maxBytes) {
            throw new MediaUnavailableException(Reason.TOO_LARGE, "the file has more than " + maxBytes + " bytes");
        }
        MediaDownloader.Reference file =
                new MediaDownloader.Reference(path(media), media.key(), media.sha256(), media.encryptedSha256());
        // The length is the sender's word: too small a one ends the download early, and no other is believed.
        Duration once = pace.atMost(Math.max(0, media.length()));
        Deadline deadline = Deadline.in(once.multipliedBy(TRIES));
        try {
            downloader.download(file, type(media.type()), maxBytes, pace.start().dividedBy(SILENCES), deadline, reader);
        } catch (CorruptMediaException e) {
            throw new MediaUnavailableException(Reason.CORRUPT, message(e));
        } catch (TooLargeMediaException e) {
            throw new MediaUnavailableException(Reason.TOO_LARGE, message(e));
        } catch (MediaStatusException e) {
            throw new MediaUnavailableException(e.isGone() ? Reason.GONE : Reason.UNREACHABLE, message(e));
        } catch (IOException e) {
            throw new MediaUnavailableException(Reason.UNREACHABLE, message(e));
        }
    }

    private static String message(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Older clients write no path but a whole address; the hosts are ours to choose in either case. */
    private static String path(IncomingContent.Media media) throws MediaUnavailableException {
        if (media.directPath() != null) {
            return media.directPath();
        }
        try {
            URI url = new URI(media.url() == null ? "" : media.url());
            String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
            if ("https".equals(url.getScheme()) && host.endsWith(MEDIA_DOMAIN) && url.getRawPath() != null) {
                return url.getRawQuery() == null ? url.getRawPath() : url.getRawPath() + "?" + url.getRawQuery();
            }
        } catch (URISyntaxException e) {
            // As below: the address is the sender's, and not to be quoted.
        }
        throw new MediaUnavailableException(Reason.CORRUPT, "the message does not say where its file is");
    }

    /** Stickers are encrypted as images, voice notes as audio, round videos as videos. */
    private static AttachmentType type(IncomingContent.MediaType type) {
        return switch (type) {
            case IMAGE, STICKER -> AttachmentType.IMAGE;
            case VIDEO, VIDEO_NOTE -> AttachmentType.VIDEO;
            case AUDIO, VOICE -> AttachmentType.AUDIO;
            case DOCUMENT -> AttachmentType.DOCUMENT;
        };
    }
}
