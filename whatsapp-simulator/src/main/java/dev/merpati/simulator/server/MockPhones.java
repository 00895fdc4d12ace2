package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Phones that scan whatever code they are shown, as the end-to-end suites of WhatsApp clients expect of their test
 * server: the client's push name, which it sends in its registration, decides which phone. Clients with one push name
 * are devices of one account. Thread-safe.
 */
public final class MockPhones {
    /** Where the suites post the text of a code. */
    public static final String PATH = "/admin/mock-phone/scan-qr";

    /** Before the push name of a phone that takes messages of trusted contacts only. */
    private static final String RESTRICTED = "restricted:";

    /** Before flags with commas between, a colon and the rest of the push name. */
    private static final String SCENARIO = "scenario:";

    private static final String PREFIX = "62899";
    private static final int NUMBERS = 100_000_000;

    private final PhoneDirectory phones;
    private final Pairings pairings;

    MockPhones(PhoneDirectory phones, Pairings pairings) {
        this.phones = phones;
        this.pairings = pairings;
    }

    /**
     * Pairs the client that shows a code.
     *
     * @param number of the phone that scans
     * @param pushName of that phone if no number is given; without either it is the client's own push name, and if it
     *     has none a new phone
     */
    public CompletableFuture<ScanResult> scan(String code, Optional<String> number, Optional<String> pushName) {
        Phone phone = number.map(phones.numbers()::canonical)
                .map(phones::getOrCreate)
                .orElseGet(() -> named(pushName.or(() -> pairings.pushName(code))
                        .orElseGet(() -> "Phone " + HexFormat.of().formatHex(Bytes.random(8)))));
        return pairings.scan(phone, code);
    }

    /** The phone of a push name, made if need be; its number is derived from the name, the same at each start. */
    private synchronized Phone named(String pushName) {
        Optional<Phone> known = phones.all().stream()
                .filter(phone -> phone.pushName().equals(pushName))
                .min(Comparator.comparing(Phone::number));
        if (known.isPresent()) {
            return known.get();
        }
        int start = ByteBuffer.wrap(Hash.sha256(Stanza.text(pushName))).getInt() & Integer.MAX_VALUE;
        for (int i = 0; i < NUMBERS; i++) {
            String number = PREFIX + String.format("%08d", (start % NUMBERS + i) % NUMBERS);
            if (phones.isReachable(number) && phones.existing(number).isEmpty()) {
                Phone phone = phones.getOrCreate(number);
                phone.rename(pushName);
                if (isRestricted(pushName)) {
                    phone.change(traits -> traits.withRestricted(true));
                }
                return phone;
            }
        }
        throw new IllegalStateException("All numbers that begin with " + PREFIX + " are taken");
    }

    private static boolean isRestricted(String pushName) {
        if (pushName.startsWith(SCENARIO)) {
            String flags = pushName.substring(SCENARIO.length());
            int end = flags.indexOf(':');
            return Arrays.asList(flags.substring(0, Math.max(end, 0)).split(",", -1))
                    .contains("restricted");
        }
        return pushName.startsWith(RESTRICTED);
    }
}
