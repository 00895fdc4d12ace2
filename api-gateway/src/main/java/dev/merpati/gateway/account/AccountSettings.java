package dev.merpati.gateway.account;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may have an account, and how accounts are kept safe.
 *
 * @param signUp whether anybody may create an account
 * @param plan the plan of new accounts, a name out of {@code merpati.plans}; needed when {@code signUp} is on
 * @param publicUrl where people reach this gateway, for the links in mails
 * @param mailFrom the sender of mails
 * @param showMails whether {@code /mails} shows the last mails when no mail server is configured. To everybody: for trying out only
 * @param secret encrypts second factors and signs device cookies; the same for all gateways
 * @param previousSecrets what second factors were encrypted with before; they go on working
 */
@Validated
@ConfigurationProperties("merpati.accounts")
record AccountSettings(
        @DefaultValue("false") boolean signUp,
        @DefaultValue("") String plan,

        @DefaultValue("http://localhost:8080") @Pattern(regexp = "https?://[^/?#\\s]+")
        String publicUrl,

        @DefaultValue("Merpati <no-reply@localhost>") @NotBlank
        String mailFrom,

        @DefaultValue("false") boolean showMails,
        @Size(min = 16) @Nullable String secret,
        @DefaultValue List<@Size(min = 16) String> previousSecrets,
        @DefaultValue @Valid Hashing hashing,
        @DefaultValue @Valid Limits limits) {

    AccountSettings {
        // As the default is where there is no API key pepper, whose absence is told as such.
        secret = secret == null || secret.isEmpty() ? null : secret;
    }

    /**
     * What passwords cost: Argon2id with one lane. The defaults are what OWASP recommends at least.
     *
     * @param memory KiB for each hash
     * @param iterations passes over that memory
     * @param threads hashes at a time
     * @param waiting how many more may wait for their turn; further ones are answered 503
     */
    record Hashing(
            @DefaultValue("19456") @Min(7168) @Max(1_048_576)
            int memory,

            @DefaultValue("2") @Min(1) @Max(20) int iterations,
            @DefaultValue("2") @Min(1) @Max(64) int threads,
            @DefaultValue("64") @Min(0) @Max(10_000) int waiting) {}

    /**
     * How often may be tried. Each is a bucket that is refilled evenly.
     *
     * @param loginsPerAddress tries in 15 min from one address, of browsers that have not logged in before
     * @param loginsPerAccount tries in 15 min for one account: those of all strangers together, and those of each browser
     *     that has logged in to it before
     * @param signUpsPerAddress in an hour
     * @param resetsPerAddress forgotten passwords in an hour
     * @param mailsPerAccount mails in an hour that somebody who is not logged in can cause
     */
    record Limits(
            @DefaultValue("60") @Min(1) @Max(100_000) int loginsPerAddress,
            @DefaultValue("10") @Min(1) @Max(1_000) int loginsPerAccount,
            @DefaultValue("20") @Min(1) @Max(100_000) int signUpsPerAddress,
            @DefaultValue("20") @Min(1) @Max(100_000) int resetsPerAddress,
            @DefaultValue("5") @Min(1) @Max(1_000) int mailsPerAccount) {}

    @Override
    public String toString() {
        return "AccountSettings[signUp=" + signUp + ", plan=" + plan + ", publicUrl=" + publicUrl + "]";
    }
}
