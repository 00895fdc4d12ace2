package dev.merpati.simulator.phone;

import dev.merpati.simulator.signal.PartySnapshot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A phone as it is stored: all but the messages that it shows.
 *
 * @param traits null in directories of earlier versions
 * @param hiddenIdGeneration null in directories of earlier versions
 * @param settings null in directories of earlier versions
 * @param appState patches by collection; null in directories of earlier versions
 * @param chats whom the phone has a chat with, by number, and whether it goes by hidden ids; null in directories of earlier
 *     versions
 * @param newChats null when the account has begun none, and in directories of earlier versions
 */
public record PhoneSnapshot(
        String number,
        String pushName,
        @Nullable PhoneTraits traits,
        int lastDevice,
        @Nullable Integer hiddenIdGeneration,
        PartySnapshot keys,
        List<CompanionSnapshot> companions,
        @Nullable Map<String, List<byte[]>> appState,
        AccountSettings.@Nullable Stored settings,
        @Nullable Map<String, Boolean> chats,
        NewChatRecord.@Nullable Stored newChats) {
    /** The same phone under another number, without companions. */
    PhoneSnapshot under(String newNumber) {
        return new PhoneSnapshot(
                newNumber,
                pushName,
                traits,
                lastDevice,
                hiddenIdGeneration,
                keys,
                List.of(),
                Map.of(),
                settings,
                chats,
                newChats);
    }
}
