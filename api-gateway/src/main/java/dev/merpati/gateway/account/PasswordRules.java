package dev.merpati.gateway.account;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import me.gosimple.nbvcxz.Nbvcxz;
import me.gosimple.nbvcxz.resources.Configuration;
import me.gosimple.nbvcxz.resources.ConfigurationBuilder;
import me.gosimple.nbvcxz.resources.Dictionary;
import me.gosimple.nbvcxz.resources.DictionaryBuilder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * What a new password must be: long enough, not the e-mail address, and not guessed within 10<sup>8</sup> tries by somebody who
 * knows the 100,000 commonest passwords, words, names, keyboards, dates, and whose account it is. Nothing is said of the kinds
 * of its characters (NIST SP 800-63B, 5.1.1.2).
 */
@Component
class PasswordRules {
    static final int SHORTEST = 12;
    static final int LONGEST = 128;

    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Zs}]+");
    private static final BigDecimal TRIES = BigDecimal.valueOf(100_000_000);

    /** Enough to see that a password is hard to guess; what it has besides makes it no easier. */
    private static final int LOOKED_AT = 64;

    private static final long LONGEST_SEARCH_MS = 200;
    private static final Pattern WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final int SHORTEST_WORD = 3;
    private static final List<String> OF_THE_PRODUCT = List.of("merpati", "whatsapp");

    private final PasswordThreads threads;

    PasswordRules(PasswordThreads threads) {
        this.threads = threads;
    }

    /** The library's dictionaries, loaded when a password is first judged: 17 MB that a gateway without accounts does not need. */
    private static final class Dictionaries {
        private static final List<Dictionary> ALL = new ConfigurationBuilder()
                .setLocale(Locale.ENGLISH)
                .createConfiguration()
                .getDictionaries();
    }

    /** Returns the key of what is wrong with a password's form, for a message; empty when nothing is. */
    static Optional<String> formObjection(String password, String email) {
        String normalized = Passwords.normalize(password);
        String combined = BLANKS.matcher(normalized).replaceAll(" ");
        if (combined.codePointCount(0, combined.length()) < SHORTEST) {
            return Optional.of("account.password.short");
        }
        if (normalized.codePointCount(0, normalized.length()) > LONGEST) {
            return Optional.of("account.password.long");
        }
        String lower = normalized.toLowerCase(Locale.ROOT);
        String address = EmailAddress.normalize(email);
        int at = address.indexOf('@');
        boolean isAddress = lower.equals(address) || (at > 0 && lower.equals(address.substring(0, at)));
        return isAddress ? Optional.of("account.password.email") : Optional.empty();
    }

    /**
     * Returns the key of what is wrong, for a message; empty when nothing is. Takes up to half a second of a core: whoever asks
     * must have been counted before.
     *
     * @param name of the account
     */
    Mono<Optional<String>> objection(String password, String email, String name) {
        Optional<String> form = formObjection(password, email);
        return form.isPresent()
                ? Mono.just(form)
                : threads.run(() ->
                        isGuessable(password, email, name) ? Optional.of("account.password.common") : Optional.empty());
    }

    private static boolean isGuessable(String password, String email, String name) {
        DictionaryBuilder known =
                new DictionaryBuilder().setDictionaryName("known").setExclusion(true);
        Stream.of(email, name)
                .flatMap(WORDS::splitAsStream)
                .filter(word -> word.length() >= SHORTEST_WORD)
                .forEach(word -> known.addWord(word, 0));
        OF_THE_PRODUCT.forEach(word -> known.addWord(word, 0));
        List<Dictionary> dictionaries = new ArrayList<>(Dictionaries.ALL);
        dictionaries.add(known.createDictionary());
        Configuration search = new ConfigurationBuilder()
                .setLocale(Locale.ENGLISH)
                .setDictionaries(dictionaries)
                .setCombinationAlgorithmTimeout(LONGEST_SEARCH_MS)
                .setMaxLength(LOOKED_AT)
                .createConfiguration();
        String once = withoutRepetition(Passwords.normalize(password));
        return new Nbvcxz(search).estimate(once).getGuesses().compareTo(TRIES) < 0;
    }

    /** The library takes a word that stands there four times for four words. */
    private static String withoutRepetition(String text) {
        int period = (text + text).indexOf(text, 1);
        return text.substring(0, period);
    }
}
