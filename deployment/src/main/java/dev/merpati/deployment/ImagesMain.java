package dev.merpati.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds the images of all programs as tars. */
@Command(
        name = "./merpati images",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Builds the container images of gateway, worker and simulator as tars, without a container engine.")
final class ImagesMain implements Callable<Integer> {
    /** Only the C library, time zones and certificate authorities; no shell, and a user that is not root. */
    private static final String BASE = "gcr.io/distroless/base-nossl-debian12"
            + "@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e";

    @Option(
            names = "--base",
            paramLabel = "IMAGE",
            defaultValue = BASE,
            description = "the base image: a reference to a registry, with a digest, or tar:FILE (${DEFAULT-VALUE})")
    private String base = BASE;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            defaultValue = "target/images",
            description = "where the tars are written (${DEFAULT-VALUE})")
    private Path output = Path.of("target/images");

    @Option(names = "--tag", paramLabel = "TAG", defaultValue = "latest", description = "(${DEFAULT-VALUE})")
    private String tag = "latest";

    @Option(
            names = "--revision",
            paramLabel = "COMMIT",
            defaultValue = "unknown",
            description = "the commit, for the label (${DEFAULT-VALUE})")
    private String revision = "unknown";

    @Option(
            names = "--no-cache",
            description = "leaves the AOT cache out: smaller by 40 MB each, built in a tenth of the time, starts three"
                    + " times as slowly")
    private boolean noCache;

    private ImagesMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ImagesMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createDirectories(output.toAbsolutePath());
        Path repository = Path.of(System.getProperty("merpati.repository", ""));
        Workbench workbench = new Workbench(repository, folder.resolve("work"));
        ImageBuilder builder = new ImageBuilder(base, tag, revision, folder.resolve("work"));
        for (Program program : Program.ALL) {
            Path tar = folder.resolve(program.module() + ".tar");
            builder.build(
                    program,
                    program.arguments(),
                    workbench.runtime(),
                    workbench.program(program.module(), !noCache),
                    tar);
            System.out.println(program.image(tag) + " is in " + tar);
        }
        return CommandLine.ExitCode.OK;
    }
}
