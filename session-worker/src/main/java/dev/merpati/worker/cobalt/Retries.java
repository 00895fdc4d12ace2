package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.SerialExecutor;
import it.auties.whatsapp.model.jid.Jid;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the devices that could not decrypt a message and ask for it again. */
final class Retries {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    private final SerialExecutor executor = new SerialExecutor("whatsapp-retries");
    private final RecentMessages recent;
    private final MessageSender sender;
    private final Duration patience;

    Retries(RecentMessages recent, MessageSender sender, Duration patience) {
        this.recent = recent;
        this.sender = sender;
        this.patience = patience;
    }

    /** Returns at once: this is called on the thread that reads the answers. */
    void asked(String messageId, Jid device) {
        recent.again(messageId)
                .ifPresent(sent -> executor.execute(() -> {
                    try {
                        sender.sendAgain(messageId, device, sent, Deadline.in(patience));
                    } catch (SendFailedException | Ratchets.FrozenException e) {
                        LOG.debug("A message could not be sent again: {}", e.toString());
                    }
                }));
    }
}
