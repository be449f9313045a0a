// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GPU, its driver and its VFs.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

#define NVIDIA	"0x10de"

static bool is_gpu(const char *name)
{
	char path[300], text[16];

	snprintf(path, sizeof(path), PCI "/%s/vendor", name);
	get_text(path, text, sizeof(text));
	if (strncmp(text, NVIDIA, strlen(NVIDIA)))
		return false;
	snprintf(path, sizeof(path), PCI "/%s/physfn", name);
	return access(path, F_OK);
}

const char *find_gpu(void)
{
	static char found[32];
	struct dirent *entry;
	DIR *dir = opendir(PCI);

	must(dir, PCI ": %m");
	while (!*found && (entry = readdir(dir)))
		if (*entry->d_name != '.' && is_gpu(entry->d_name))
			snprintf(found, sizeof(found), "%.31s", entry->d_name);
	closedir(dir);
	must(*found, "no GPU");
	return found;
}

void load_all(const char *names)
{
	char *list = strdup(names), *name;

	for (name = strtok(list, ","); name; name = strtok(NULL, ","))
		load(name);
	free(list);
}

/* A driver may take the GPU while its module is loaded; not here. */
void load_driver(void)
{
	put_text("/sys/bus/pci/drivers_autoprobe", "0");
	load_all(word("GSP_LOAD"));
}

void bind(const char *device, const char *driver)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "/%s/driver_override", device);
	put_text(path, driver);
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/bind", driver);
	put_text(path, device);
}

void unbind(const char *device)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "/%s/driver/unbind", device);
	put_text(path, device);
}

void start_driver(void)
{
	load_driver();
	bind(find_gpu(), word("GSP_DRIVER"));
}

void set_vfs(unsigned int count)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), PCI "/%s/sriov_numvfs", find_gpu());
	snprintf(text, sizeof(text), "%u", count);
	put_text(path, text);
}

void find_vf(unsigned int n, char *name, size_t size)
{
	char path[128], target[128];
	ssize_t len;

	snprintf(path, sizeof(path), PCI "/%s/virtfn%u", find_gpu(), n);
	len = readlink(path, target, sizeof(target) - 1);
	must(len > 0, "no VF %u", n);
	target[len] = '\0';
	snprintf(name, size, "%s", strrchr(target, '/') + 1);
}

/* The number of the type whose name ends in @profile. */
const char *find_type(const char *profile)
{
	static char found[16];
	char folder[128], path[512], text[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), PCI "/%s/vgpu_types", find_gpu());
	dir = opendir(folder);
	must(dir, "%s: %m", folder);
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/name", folder, entry->d_name);
		get_text(path, text, sizeof(text));
		text[strcspn(text, "\n")] = '\0';
		if (strrchr(text, '-') && !strcmp(strrchr(text, '-') + 1, profile))
			snprintf(found, sizeof(found), "%.15s", entry->d_name);
	}
	closedir(dir);
	must(*found, "no vGPU type %s", profile);
	return found;
}

void set_type(const char *device, const char *type)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "/%s/nvidia/current_vgpu_type", device);
	put_text(path, type);
}
