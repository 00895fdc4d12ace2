package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.address.Address;
import it.auties.whatsapp.api.ClientType;
import it.auties.whatsapp.api.TextPreviewSetting;
import it.auties.whatsapp.api.WebHistorySetting;
import it.auties.whatsapp.controller.ControllerSerializer;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.controller.StoreBuilder;
import it.auties.whatsapp.model.companion.CompanionDevice;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.signal.auth.Version;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What makes a linked device: its keys, and its address once it has one.
 *
 * @param address null until the device is linked
 */
public record Device(
        UUID sessionId, String name, Keys keys, @Nullable Address address) {

    public Device {
        keys.setSerializer(ControllerSerializer.discarding());
    }

    /** A device with new keys that is linked to no phone. */
    public static Device unlinked(UUID sessionId, String name) {
        return new Device(sessionId, name, Keys.of(sessionId, null, null, ClientType.WEB), null);
    }

    /** The same device, linked. */
    public Device linkedAs(Address newAddress) {
        return new Device(sessionId, name, keys, newAddress);
    }

    public boolean isLinked() {
        return address != null;
    }

    /** A parsed {@code s.whatsapp.net} gets a server that is equal to the real one but hashes otherwise. */
    public static Jid wellFormed(Jid parsed) {
        return Jid.of(parsed.user(), JidServer.whatsapp(), parsed.device(), parsed.agent());
    }

    /**
     * A store for one connection. Always a new one: an old one holds every contact and chat that it has seen, and has
     * forgotten the client version, which Cobalt would then look up over the network.
     */
    public Store newStore(String clientVersion) {
        Store store = new StoreBuilder()
                .uuid(sessionId)
                .clientType(ClientType.WEB)
                .device(CompanionDevice.web())
                .name(name)
                .jid(address == null ? null : address.toJid())
                .textPreviewSetting(TextPreviewSetting.DISABLED)
                .historyLength(WebHistorySetting.discard(false))
                .automaticPresenceUpdates(false)
                .automaticMessageReceipts(false)
                .build();
        store.setSerializer(ControllerSerializer.discarding());
        // Only a device that differs from the one before sets the version.
        store.setDevice(CompanionDevice.web(Version.of(clientVersion)));
        return store;
    }
}
