package dev.merpati.simulator.rule;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What WhatsApp refuses or punishes as of autumn 2026. The number groups rules that belong together; what was always
 * refused has none and cannot be switched off.
 */
public enum Rule {
    WELL_FORMED(
            0,
            "A stanza or payload has all that it needs, in the right form",
            "The stanza with the missing or malformed part as the protocol has it"),
    KNOWN_RECIPIENT(
            0,
            "A message goes to a registered number or its hidden id; there are no groups, channels or statuses here",
            "A number that usync reports as registered"),
    OWN_PARTICIPANTS(
            0,
            "A message holds ciphertext for the devices of its recipient and its sender only",
            "No participants but the devices of the recipient and of the own account"),
    OWN_IDENTITY_KEY(
            0,
            "A device uploads pre-keys for its own identity key, signed by it",
            "The identity key of the registration, and a signed pre-key that it has signed"),
    OWN_REMOVAL(0, "A device removes no device but itself", "The device's own jid in remove-companion-device"),
    SENDER_IDENTITY(
            0,
            "A pre-key message carries the identity key of the device that sends it",
            "A session begun with the identity key that the device registered"),
    REGISTERED_ACCOUNT(
            0, "Only the phone of a registered number links a device", "A phone whose number is on WhatsApp"),
    COMPANION_LIMIT(0, "A phone has at most four companion devices", "One of the four unlinked first"),
    CLIENT_VERSION(
            1,
            "The client's version is not older than the oldest that may log in",
            "userAgent.appVersion of a current WhatsApp Web; ib/client_expiration announces the end of one"),
    LINKING_VERSION(
            1,
            "A client that is linked is not older than the oldest that may be linked",
            "userAgent.appVersion of a current WhatsApp Web; older ones log in for a while, but no phone links them"),
    CLIENT_PAYLOAD(
            2,
            "The client payload names osVersion, device, osBuildNumber and webInfo, and buildHash is the version's MD5",
            "userAgent fields 5, 7 and 8, webInfo, and in a registration buildHash = MD5 of \"2.3000.…\""),
    QR_ADDRESS(
            3,
            "A QR code begins with WhatsApp's linking address",
            "https://wa.me/settings/linked_devices#ref,noise key,identity key,ADV secret,client type"),
    PASSKEY(
            5,
            "A phone with a passkey links only after it has vouched for the device",
            "The passkey prologue, the companion nonce and the encrypted pairing request, in this order"),
    PAIRING_CODE_NAME(
            6,
            "Pairing by code names the browser and system that WhatsApp knows",
            "companion_platform_display such as \"Chrome (Mac OS)\""),
    LID_ADDRESSING(
            8,
            "An account that is migrated to hidden ids writes to hidden ids",
            "to=\"…@lid\", the hidden id that usync gives for the number"),
    PARTICIPANTS(
            8,
            "A message's addresses are of one namespace, each device once, the sending device not among them",
            "to and all participants @lid, or all @s.whatsapp.net; each device once; own devices but the sending one"),
    DESTINATION_JID(
            8,
            "The copy for one's own devices names the chat that the message goes to",
            "DeviceSentMessage.destinationJid equal to the stanza's to"),
    NUMBER_ADDRESSING(9, "An account that is not migrated to hidden ids writes to numbers", "to=\"…@s.whatsapp.net\""),
    LID_DEVICE_QUERY(
            10,
            "A migrated account asks for devices by hidden id; by number it gets none",
            "usync devices for …@lid; contact with addressing_mode=lid tells it"),
    CURRENT_DEVICES(
            11,
            "A key query names linked devices only; a removed one fails the whole query with 406",
            "The devices of a fresh device query, or the query again without those that are gone"),
    HIDDEN_SENDERS(
            12,
            "A message from a hidden id is read without the sender's number beside it; refuses nothing",
            "Sessions and chats by hidden id; the number from sender_pn where it is, or from a mapping"),
    CURRENT_LID(
            13,
            "A message goes to the recipient's present hidden id",
            "The mapping fetched again after an ack with refresh_lid=true"),
    TRUSTED_CONTACT(
            14,
            "A restricted recipient gets messages of trusted contacts only",
            "<tctoken> with that recipient's token, not expired, or <cstoken> with HMAC-SHA256(NCT salt, recipient's lid)"),
    PEER_WITHOUT_TOKEN(
            14, "A message to one's own phone carries no token", "category=peer without <tctoken> and <cstoken>"),
    REACH_OUT_TIME_LOCK(
            15,
            "An account that was refused too often begins no new chats until its time-lock ends",
            "No new chats before time_enforcement_ends; known ones pass"),
    NEW_CHAT_CAP(15, "An account begins a limited number of new chats", "Fewer new chats; known ones pass"),
    DEVICE_IDENTITY(
            16,
            "A pre-key message carries the sender's device-identity, signed by account and device",
            "<device-identity> of the pairing in each stanza with a pkmsg"),
    BARE_RESEND(
            17,
            "A message is sent again to the one device that asked for it",
            "to=<device> device_fanout=false, a bare <enc count=n>, no participants"),
    CURRENT_DEVICE_LIST(
            19,
            "A message goes to all devices of the recipient",
            "The device list fetched again after an ack with another phash"),
    CURRENT_IDENTITY(
            20,
            "Sessions with an identity that has changed are not used any more",
            "After notification encrypt/identity the sessions dropped and new keys fetched"),
    OFFLINE_BATCH(
            22,
            "The backlog is asked for in batches and acknowledged",
            "<ib><offline_batch count=…/></ib> after offline_preview, and an ack or receipt for each stanza"),
    ACKNOWLEDGED_STANZAS(
            23,
            "Every stanza is acknowledged, or it comes again at each login and ends the stream at last",
            "An ack for every message, receipt, notification and call"),
    HONEST_RECEIPTS(
            24,
            "A companion confirms only what it could decrypt",
            "receipt type=retry for a message that cannot be decrypted, no delivery receipt"),
    HISTORY_SYNC(
            25,
            "Tokens, salt and hidden ids come with the history, the app state and notifications only; refuses nothing",
            "The peer messages that follow the linking read: the key share, the history's file, the mapping"),
    FRESH_PRE_KEYS(
            26,
            "A one-time pre-key is uploaded once: somebody may have one of its id already",
            "Ids in list that were never uploaded, each once; after a response that was lost, new ones");

    private final int number;
    private final String meaning;
    private final String remedy;

    Rule(int number, String meaning, String remedy) {
        this.number = number;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** The group of rules that it belongs to; 0 for what was always refused. */
    public int number() {
        return number;
    }

    /** What is asked of a client. */
    public String meaning() {
        return meaning;
    }

    /** What would have passed. */
    public String remedy() {
        return remedy;
    }

    /** The name in options and the control API, such as {@code lid-addressing}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it can be switched off. */
    public boolean isSwitchable() {
        return number > 0;
    }

    /** @throws IllegalArgumentException if a name is none of a rule */
    public static Set<Rule> ofWireNames(Collection<String> names) {
        return names.stream()
                .map(name -> ofWireName(name)
                        .orElseThrow(() -> new IllegalArgumentException("rule: found " + name + ", which is none")))
                .collect(Collectors.toUnmodifiableSet());
    }

    public static Optional<Rule> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(rule -> rule.wireName().equals(name))
                .findFirst();
    }
}
