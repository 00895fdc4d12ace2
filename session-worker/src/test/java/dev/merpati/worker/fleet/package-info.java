@NullMarked
package dev.merpati.worker.fleet;

import org.jspecify.annotations.NullMarked;
