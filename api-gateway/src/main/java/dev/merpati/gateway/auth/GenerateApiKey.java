package dev.merpati.gateway.auth;

import java.io.PrintStream;
import java.util.Map;

/**
 * Makes an API key for an operator: {@code java ... dev.merpati.gateway.auth.GenerateApiKey <tenantId>}, with the
 * pepper in {@code MERPATI_API_KEY_PEPPER}.
 */
public final class GenerateApiKey {
    private GenerateApiKey() {}

    public static void main(String[] args) {
        int status = run(args, System.getenv(), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        String pepper = environment.getOrDefault("MERPATI_API_KEY_PEPPER", "");
        if (args.length != 1) {
            err.println("usage: GenerateApiKey <tenantId>");
            return 2;
        }
        if (pepper.length() < PepperSettings.MIN_LENGTH) {
            err.println("MERPATI_API_KEY_PEPPER has " + pepper.length() + " characters, at least "
                    + PepperSettings.MIN_LENGTH + " are needed");
            return 2;
        }
        ApiKeys.GeneratedKey key = ApiKeys.generate(pepper);
        out.println("For the tenant, shown only now:");
        out.println("  " + key.key());
        out.println("For the gateway's configuration:");
        out.println("  merpati.tenants." + args[0] + ".keys." + key.keyId() + "=" + key.hash());
        return 0;
    }
}
