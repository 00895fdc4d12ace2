@NullMarked
package dev.merpati.worker.cobalt.proto;

import org.jspecify.annotations.NullMarked;
