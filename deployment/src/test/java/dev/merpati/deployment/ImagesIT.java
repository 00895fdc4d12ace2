package dev.merpati.deployment;

import static dev.merpati.deployment.SettingsReference.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds the images and looks into them: the simulator's as it is delivered, the others without the AOT caches, which take the
 * most time. The base is one file, so that nothing has to be loaded.
 */
@Tag("heavy")
class ImagesIT {
    private static final String REVISION = "0123456789abcdef";

    @TempDir
    static Path folder = Path.of("");

    private static final Map<String, ImageTar> IMAGES = new HashMap<>();

    private static String base = "";

    @BeforeAll
    static void build() throws Exception {
        Path passwd = Files.writeString(folder.resolve("passwd"), "nonroot:x:65532:65532::/:/sbin/nologin\n");
        Path tar = folder.resolve("base.tar");
        Jib.fromScratch()
                .addLayer(List.of(passwd), AbsoluteUnixPath.get("/etc"))
                .containerize(Containerizer.to(TarImage.at(tar).named("base"))
                        .setApplicationLayersCache(folder.resolve("cache"))
                        .setBaseImageLayersCache(folder.resolve("cache")));
        base = "tar:" + tar;
        Workbench workbench = new Workbench(REPOSITORY, folder.resolve("work"));
        ImageBuilder builder = new ImageBuilder(base, "1.2.3", REVISION, folder.resolve("work"));
        for (Program program : Program.ALL) {
            boolean cache = program.module().equals("whatsapp-simulator");
            builder.build(
                    program,
                    program.arguments(),
                    workbench.runtime(),
                    workbench.program(program.module(), cache),
                    folder.resolve(program.module() + ".tar"));
        }
    }

    private static ImageTar image(String module) {
        return IMAGES.computeIfAbsent(module, name -> ImageTar.read(folder.resolve(name + ".tar")));
    }

    @Test
    void areStartedByAnOrdinaryUser() {
        for (Program program : Program.ALL) {
            ImageTar image = image(program.module());

            assertThat(image.name()).isEqualTo("merpati/" + program.module() + ":1.2.3");
            assertThat(image.setting("User")).isEqualTo("65532:65532");
            assertThat(image.setting("Entrypoint"))
                    .isEqualTo(
                            "[\"/opt/java/bin/java\",\"@/opt/merpati/jvm.options\",\"-jar\",\"/opt/merpati/app.jar\"]");
            assertThat(image.setting("ExposedPorts"))
                    .isEqualTo(program.ports().stream()
                            .sorted()
                            .map(port -> "\"" + port + "/tcp\":{}")
                            .collect(Collectors.joining(",", "{", "}")));
        }
    }

    @Test
    void sayWhatTheyAre() {
        for (Program program : Program.ALL) {
            assertThat(image(program.module()).setting("Labels"))
                    .contains("\"org.opencontainers.image.title\":\"" + program.title() + "\"")
                    .contains("\"org.opencontainers.image.version\":\"1.2.3\"")
                    .contains("\"org.opencontainers.image.revision\":\"" + REVISION + "\"")
                    .contains("\"org.opencontainers.image.base.name\":\"" + base + "\"");
        }
    }

    @Test
    void haveNeitherShellNorBuildToolsNorForeignLibraries() {
        for (Program program : Program.ALL) {
            Set<String> files = image(program.module()).files().keySet();

            assertThat(files).contains("opt/java/bin/java", "opt/java/bin/jcmd", "opt/merpati/app.jar");
            assertThat(files)
                    .noneMatch(file -> file.matches(".*/bin/(sh|bash|javac|jar|jlink|mvn|apt|dpkg|curl)")
                            || file.contains("-windows-")
                            || file.contains("-osx-")
                            || file.contains("junit")
                            || file.contains("jib-core")
                            || file.endsWith(".java"));
        }
    }

    @Test
    void nobodyButTheOwnerOfTheDataCanWriteToThem() {
        for (Program program : Program.ALL) {
            ImageTar image = image(program.module());

            assertThat(image.files().values())
                    .allSatisfy(entry ->
                            assertThat(entry.mode() & 0022).as(entry.name()).isZero());
            assertThat(image.files().values().stream()
                            .filter(entry -> entry.user() != 0)
                            .map(ImageTar.Entry::name)
                            .map(name -> name.replaceAll("/$", "")))
                    .containsExactlyInAnyOrder("var/lib/merpati/media", "var/lib/merpati/simulator");
        }
    }

    @Test
    void whatChangesSeldomIsInLayersOfItsOwn() {
        ImageTar worker = image("session-worker");
        ImageTar gateway = image("api-gateway");

        // Base, runtime, libraries, our jars, options and cache.
        assertThat(worker.layers()).hasSize(5);
        assertThat(worker.layers().subList(0, 2)).isEqualTo(gateway.layers().subList(0, 2));
        assertThat(worker.filesOf(2)).isNotEmpty().noneMatch(file -> file.contains("/common-"));
        assertThat(new TreeSet<>(worker.filesOf(3)).stream().filter(file -> file.endsWith(".jar")))
                .hasSize(5)
                .allMatch(file -> file.matches(
                        "opt/merpati/(app|lib/(cobalt|common-model|common-clients|media-store)-.*)\\.jar"));
    }

    @Test
    void theCacheIsForTheJarAsItIsInTheImage() {
        ImageTar image = image("whatsapp-simulator");

        assertThat(image.files()).containsKey("opt/merpati/app.aot");
        assertThat(image.text("opt/merpati/jvm.options")).contains("-XX:AOTCache=/opt/merpati/app.aot");
        // The JVM compares the times of jars with those that it has seen when it made the cache.
        assertThat(image.files().values().stream().filter(entry -> entry.name().endsWith(".jar")))
                .filteredOn(entry -> entry.name().startsWith("opt/merpati/"))
                .isNotEmpty()
                .allMatch(entry -> entry.modified() == ImageTar.YEAR_2000);
    }
}
