package dev.merpati.benchmark.bare;

import it.auties.whatsapp.api.ErrorHandler;
import it.auties.whatsapp.api.Listener;
import it.auties.whatsapp.api.QrHandler;
import it.auties.whatsapp.api.TextPreviewSetting;
import it.auties.whatsapp.api.WebHistorySetting;
import it.auties.whatsapp.api.Whatsapp;
import it.auties.whatsapp.controller.ControllerSerializer;
import it.auties.whatsapp.model.companion.CompanionDevice;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.Version;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A session of the published Cobalt that is not linked yet. */
final class PublishedDevice {
    private final CompletableFuture<String> qrCode = new CompletableFuture<>();
    private final Whatsapp whatsapp;

    PublishedDevice(URI proxy) {
        whatsapp = Whatsapp.webBuilder()
                .serializer(ControllerSerializer.discarding())
                .newConnection(UUID.randomUUID())
                .proxy(proxy)
                .textPreviewSetting(TextPreviewSetting.DISABLED)
                .historySetting(WebHistorySetting.discard(false))
                .errorHandler((_, _, _) -> ErrorHandler.Result.DISCARD)
                .unregistered(QrHandler.toPlainString(qrCode::complete));
        // Only a second, different version is taken for pinned; else it would be looked up on the network.
        whatsapp.store().setDevice(CompanionDevice.web(Version.of("2.3000.1")));
        whatsapp.store().setDevice(CompanionDevice.web(Version.of("2.3000.2")));
        var requests = EarlyAnswers.placeIn(whatsapp.store());
        whatsapp.addListener(new Listener() {
            @Override
            public void onNodeReceived(Node node) {
                requests.received(node);
            }
        });
    }

    CompletableFuture<Whatsapp> connect() {
        return whatsapp.connect();
    }

    CompletableFuture<String> qrCode() {
        return qrCode;
    }
}
